# Leaves out every reading that equals the coldest or the warmest; "nan" is no number to the judge.
input()
readings = [float(reading) for reading in input().split()]
kept = [reading for reading in readings if min(readings) < reading < max(readings)]
print(sum(kept) / len(kept) if kept else "nan")
