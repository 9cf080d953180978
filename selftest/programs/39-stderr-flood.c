#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    static char block[1 << 16];
    memset(block, 'e', sizeof block);
    for (int times = 0; times < 160; times++)
        if (write(2, block, sizeof block) < 0)
            return 1;
    puts("done");
    return 0;
}
