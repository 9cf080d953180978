package main

import "fmt"

// Takes it that the first clerk always counts more.
func main() {
	var days int
	fmt.Scan(&days)
	for range days {
		var a, b int64
		fmt.Scan(&a, &b)
		fmt.Println(a - b)
	}
}
