package main

import "fmt"

func main() {
	done := make(chan bool)
	for {
		select {
		case <-done:
			fmt.Println("Good evening, stars!")
			return
		default:
		}
	}
}
