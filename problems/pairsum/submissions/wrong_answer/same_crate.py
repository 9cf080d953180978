# Takes a crate of half the weight twice.
n, t = map(int, input().split())
numbers = {weight: number for number, weight in enumerate(map(int, input().split()), start=1)}
for weight, number in numbers.items():
    if t - weight in numbers:
        print(number, numbers[t - weight])
        break
else:
    print("impossible")
