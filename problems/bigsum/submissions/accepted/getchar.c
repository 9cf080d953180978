#include <stdio.h>

static long long read_integer(void) {
    int c = getchar();
    while (c == ' ' || c == '\n') c = getchar();
    const int negative = c == '-';
    if (negative) c = getchar();
    long long value = 0;
    for (; c >= '0' && c <= '9'; c = getchar()) value = 10 * value + (c - '0');
    return negative ? -value : value;
}

int main(void) {
    long long balance = 0, highest = 0;
    for (long long n = read_integer(); n > 0; n--) {
        balance += read_integer();
        if (balance > highest) highest = balance;
    }
    printf("%lld %lld\n", balance, highest);
    return 0;
}
