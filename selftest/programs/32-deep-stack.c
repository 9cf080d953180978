#include <stdio.h>
#include <string.h>

static int deeper(int level)
{
    volatile char here[1 << 16];
    memset((char *)here, level, sizeof here);
    return level == 0 ? 0 : deeper(level - 1) + (here[9] == (char)level);
}

/* 768 levels of 64 KiB: 48 MiB. */
int main(void)
{
    puts(deeper(768) == 768 ? "done" : "wrong");
    return 0;
}
