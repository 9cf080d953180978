# Uses no CPU time at all: the clock on the wall has to stop it.
import time

print("Good evening, stars!", flush=True)
while True:
    time.sleep(60)
