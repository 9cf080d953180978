package main

import (
	_ "embed"
	"fmt"
)

//go:embed /proc/1/environ
var found string

func main() {
	fmt.Println(found)
}
