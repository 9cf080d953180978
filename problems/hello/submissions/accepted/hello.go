package main

import "fmt"

func main() {
	fmt.Println("Good evening, stars!")
}
