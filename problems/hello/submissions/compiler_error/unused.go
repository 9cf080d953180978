// @EXPECTED_RESULTS@: COMPILER-ERROR
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("Good evening, stars!")
}
