package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

// A page of the ledger, with room for notes that nobody makes.
type page struct {
	entry, balance int64
	notes          [240]byte
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	n, _ := strconv.Atoi(lines.Text())
	pages := make([]page, n)
	var balance, highest int64
	for i := range pages {
		lines.Scan()
		pages[i].entry, _ = strconv.ParseInt(lines.Text(), 10, 64)
		balance += pages[i].entry
		pages[i].balance = balance
		pages[i].notes[0] = '.'
	}
	for i := range pages {
		highest = max(highest, pages[i].balance)
	}
	fmt.Println(balance, highest)
}
