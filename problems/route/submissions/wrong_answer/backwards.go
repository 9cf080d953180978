package main

import "fmt"

type road struct{ to, minutes int }

// Right about the time, but forgets to turn the route round.
func main() {
	var n, m int
	fmt.Scan(&n, &m)
	roads := make([][]road, n+1)
	for range m {
		var a, b, t int
		fmt.Scan(&a, &b, &t)
		roads[a] = append(roads[a], road{b, t})
		roads[b] = append(roads[b], road{a, t})
	}
	arrival := map[int]int{1: 0}
	previous := map[int]int{}
	for queue := []int{1}; len(queue) > 0; queue = queue[1:] {
		town := queue[0]
		for _, r := range roads[town] {
			time := arrival[town] + r.minutes
			if known, seen := arrival[r.to]; !seen || time < known {
				arrival[r.to] = time
				previous[r.to] = town
				queue = append(queue, r.to)
			}
		}
	}
	time, reached := arrival[n]
	if !reached {
		fmt.Println(-1)
		return
	}
	fmt.Println(time)
	for town := n; town != 1; town = previous[town] {
		fmt.Print(town, " ")
	}
	fmt.Println(1)
}
