#include <stdio.h>

int main(void)
{
    puts("done");
    for (int times = 0; times < 10000000; times++)
        putchar(' ');
    return 0;
}
