print("Good evening, stars!")
