package main

// The built-in println writes to standard error.
func main() {
	println("Good evening, stars!")
}
