package main

import (
	"fmt"
	"math/bits"
)

// Needs no sieve: tests the numbers one by one. Below 1 122 004 669 633 the Miller-Rabin test
// with these four bases is exact.
var bases = []uint64{2, 13, 23, 1662803}

func power(base, exponent, modulus uint64) uint64 {
	result := uint64(1)
	for base %= modulus; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = multiply(result, base, modulus)
		}
		base = multiply(base, base, modulus)
	}
	return result
}

func multiply(a, b, modulus uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return bits.Rem64(high, low, modulus)
}

func isPrime(n uint64) bool {
	if n < 2 {
		return false
	}
	for _, p := range []uint64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37} {
		if n%p == 0 {
			return n == p
		}
	}
	twos := bits.TrailingZeros64(n - 1)
	for _, base := range bases {
		if base%n != 0 && isWitness(base, twos, n) {
			return false
		}
	}
	return true
}

// isWitness says whether the base shows that n, with n - 1 = odd * 2^twos, is composite.
func isWitness(base uint64, twos int, n uint64) bool {
	x := power(base, (n-1)>>twos, n)
	if x == 1 || x == n-1 {
		return false
	}
	for range twos - 1 {
		if x = multiply(x, x, n); x == n-1 {
			return false
		}
	}
	return true
}

func main() {
	var a, b uint64
	fmt.Scan(&a, &b)
	lanterns := 0
	for n := a; n <= b; n++ {
		if isPrime(n) {
			lanterns++
		}
	}
	fmt.Println(lanterns)
}
