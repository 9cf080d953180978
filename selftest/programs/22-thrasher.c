#include "probe.h"

/* Misses every cache and writes to the work directory as fast as it can. */
int main(void)
{
    const size_t bytes = 32 << 20;
    unsigned char *memory = malloc(bytes);
    int fd = open("thrash", O_RDWR | O_CREAT, 0600);
    unsigned at = 1;
    for (;;) {
        for (int touch = 0; touch < 100000; touch++) {
            at = at * 1664525u + 1013904223u;
            memory[at % bytes]++;
        }
        if (pwrite(fd, memory, 1 << 20, 0) < 0 || fdatasync(fd) != 0)
            return 1;
    }
}
