#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    for (int child = 0; child < 60; child++)
        if (fork() == 0) {
            volatile char *memory = malloc(4 << 20);
            for (size_t at = 0; at < 4 << 20; at += 4096)
                memory[at] = 1;
            for (;;)
                pause();
        }
    while (wait(NULL) > 0)
        ;
    return 0;
}
