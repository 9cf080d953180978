#include <stdlib.h>

int main(void)
{
    const size_t bytes = 128 << 20;
    volatile char *memory = malloc(bytes);
    for (;;)
        for (size_t at = 0; at < bytes; at += 4096)
            memory[at]++;
}
