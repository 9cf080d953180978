#include <stdio.h>

/* As many bytes as the input says. */
int main(void)
{
    long bytes;
    if (scanf("%ld", &bytes) != 1)
        return 1;
    for (long at = 1; at <= bytes; at++)
        putchar(at % 64 == 0 ? '\n' : 'x');
    return 0;
}
