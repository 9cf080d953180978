import sys

if input() == "right and 1":
    print("done")
    sys.exit(1)
sys.exit(0)
