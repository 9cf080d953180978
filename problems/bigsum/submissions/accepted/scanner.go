package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	var balance, highest int
	for lines.Scan() {
		entry, err := strconv.Atoi(lines.Text())
		if err != nil {
			panic(err)
		}
		balance += entry
		highest = max(highest, balance)
	}
	fmt.Println(balance, highest)
}
