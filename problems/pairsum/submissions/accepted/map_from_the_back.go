package main

import (
	"bufio"
	"fmt"
	"os"
)

// Walks from the last crate to the first, and so finds other pairs than most.
func main() {
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Split(bufio.ScanWords)
	next := func() int {
		scanner.Scan()
		value := 0
		for _, digit := range scanner.Bytes() {
			value = 10*value + int(digit-'0')
		}
		return value
	}
	n, total := next(), next()
	weights := make([]int, n)
	for i := range weights {
		weights[i] = next()
	}
	seen := make(map[int]int, n)
	for i := n - 1; i >= 0; i-- {
		if other, found := seen[total-weights[i]]; found {
			fmt.Println(i+1, other)
			return
		}
		seen[weights[i]] = i + 1
	}
	fmt.Println("impossible")
}
