# int() does not take "12.25".
input()
readings = sorted(map(int, input().split()))[1:-1]
print(sum(readings) / len(readings))
