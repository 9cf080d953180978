package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

// A page of the ledger, with room for notes that nobody makes.
type page struct {
	entry, balance int
	notes          []byte
	previous       *page
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	last := &page{}
	for lines.Scan() {
		entry, _ := strconv.Atoi(lines.Text())
		notes := make([]byte, 256)
		notes[0] = '.'
		last = &page{entry, last.balance + entry, notes, last}
	}
	highest := 0
	for p := last; p != nil; p = p.previous {
		highest = max(highest, p.balance)
	}
	fmt.Println(last.balance, highest)
}
