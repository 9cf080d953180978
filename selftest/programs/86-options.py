import sys

print("done" if len(sys.argv) == 1 else sys.argv)
