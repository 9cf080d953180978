package main

func main() {
	for turn := 0; ; turn++ {
	}
}
