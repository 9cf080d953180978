#include <stdio.h>
#include <string.h>

static volatile char memory[512 << 20];

int main(void)
{
    int touch = 0;
    if (scanf("%d", &touch) == 1 && touch)
        for (size_t at = 0; at < sizeof memory; at += 4096)
            memory[at] = 1;
    puts("done");
    return memory[4096] == 2;
}
