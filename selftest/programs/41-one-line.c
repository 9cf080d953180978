#include <stdio.h>

int main(void)
{
    for (int times = 0; times < 100000000; times++)
        putchar('7');
    return 0;
}
