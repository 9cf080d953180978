// @EXPECTED_RESULTS@: COMPILER-ERROR
console.log('Good evening, stars!);
