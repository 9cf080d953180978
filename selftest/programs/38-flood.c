#include <string.h>
#include <unistd.h>

int main(void)
{
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    block[sizeof block - 1] = '\n';
    while (write(1, block, sizeof block) > 0)
        ;
    return 0;
}
