package main

import "fmt"

// Counts the grains between the two counts one by one.
func main() {
	var days int
	fmt.Scan(&days)
	for range days {
		var a, b int64
		fmt.Scan(&a, &b)
		difference := int64(0)
		for low, high := min(a, b), max(a, b); low < high; low++ {
			difference++
		}
		fmt.Println(difference)
	}
}
