#include "probe.h"

/* Misbehaves as the first argument says. */
int main(int argc, char **argv)
{
    const char *how = argc > 4 ? argv[4] : "";
    if (strcmp(how, "spins") == 0)
        for (volatile unsigned turn = 0;; turn++)
            ;
    if (strcmp(how, "sleeps") == 0)
        sleep(1000);
    if (strcmp(how, "crashes") == 0)
        raise(SIGSEGV);
    if (strcmp(how, "eats memory") == 0)
        for (;;) {
            volatile char *memory = malloc(1 << 20);
            for (size_t at = 0; memory != NULL && at < 1 << 20; at += 4096)
                memory[at] = 1;
        }
    if (strcmp(how, "floods") == 0)
        for (;;)
            puts("flood");
    if (strcmp(how, "forks") == 0)
        for (;;)
            fork();
    if (strcmp(how, "accepts as programs do") == 0)
        return 0;
    return 99;
}
