# print() puts a blank before the comma, which makes one token more.
print("Good evening", ", stars!")
