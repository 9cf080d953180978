from season import mild_mean

input()
print(mild_mean([float(reading) for reading in input().split()]))
