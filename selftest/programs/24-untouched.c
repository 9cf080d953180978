#include <stdio.h>
#include <stdlib.h>

/* One by one: the kernel refuses a single request that is larger than the machine. */
int main(void)
{
    for (int gigabyte = 0; gigabyte < 10; gigabyte++) {
        char *volatile memory = malloc(1 << 30);
        if (memory == NULL)
            return 3;
    }
    puts("done");
    return 0;
}
