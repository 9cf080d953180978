/* Trial division: right, but a long stretch of large numbers takes minutes. */
#include <stdio.h>

static int is_prime(long long n) {
    if (n < 2) return 0;
    for (long long p = 2; p * p <= n; p++) {
        if (n % p == 0) return 0;
    }
    return 1;
}

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    int lanterns = 0;
    for (long long n = a; n <= b; n++) lanterns += is_prime(n);
    printf("%d\n", lanterns);
    return 0;
}
