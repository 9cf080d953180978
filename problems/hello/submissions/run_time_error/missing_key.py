words = {"evening": "Good evening"}
print(words["evening"] + ", " + words["whom"])
