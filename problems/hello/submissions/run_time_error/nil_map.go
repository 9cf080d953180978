package main

import "fmt"

func main() {
	var words map[string]string
	words["whom"] = "stars"
	fmt.Println("Good evening, " + words["whom"] + "!")
}
