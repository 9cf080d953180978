import sys

stream = sys.stdin.buffer
stream.readline()
balance = highest = 0
for entry in stream:
    balance += int(entry)
    if balance > highest:
        highest = balance
print(balance, highest)
