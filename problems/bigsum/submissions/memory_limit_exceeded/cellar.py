# Keeps the whole ledger in memory: first as text, then as words, then as numbers and balances.
import sys
from itertools import accumulate

text = sys.stdin.read()
words = text.split()
entries = [int(word) for word in words[1:]]
balances = [0, *accumulate(entries)]
print(balances[-1], max(balances))
