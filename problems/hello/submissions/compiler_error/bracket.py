# @EXPECTED_RESULTS@: COMPILER-ERROR
print("Good evening, stars!"
