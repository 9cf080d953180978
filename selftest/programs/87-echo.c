#include <stdio.h>

int main(void)
{
    static char block[1 << 16];
    size_t part;
    while ((part = fread(block, 1, sizeof block, stdin)) > 0)
        fwrite(block, 1, part, stdout);
    return 0;
}
