# Forgets that the monks began with nothing: the first balance is not always the highest so far.
import sys

stream = sys.stdin.buffer
stream.readline()
balance = highest = int(stream.readline())
for entry in stream:
    balance += int(entry)
    highest = max(highest, balance)
print(balance, highest)
