package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
)

// Needs no sorting. The answer is printed with an exponent, which the judge reads as well.
func main() {
	reader := bufio.NewReader(os.Stdin)
	var n int
	fmt.Fscan(reader, &n)
	sum, coldest, warmest := 0.0, math.Inf(1), math.Inf(-1)
	for range n {
		var reading float64
		fmt.Fscan(reader, &reading)
		sum += reading
		coldest = min(coldest, reading)
		warmest = max(warmest, reading)
	}
	fmt.Printf("%.14e\n", (sum-coldest-warmest)/float64(n-2))
}
