#include <stdlib.h>

int main(void)
{
    const size_t bytes = 1 << 30;
    volatile char *memory = malloc(bytes);
    if (memory == NULL)
        return 3;
    for (size_t at = 0; at < bytes; at += 4096)
        memory[at] = 1;
    return memory[bytes / 2] != 1;
}
