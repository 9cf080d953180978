#include <stdio.h>
#include <unistd.h>

int main(void)
{
    puts("done");
    fflush(stdout);
    if (fork() == 0) {
        if (fork() == 0) {
            sleep(1);
            puts("late");
            fflush(stdout);
        }
        _exit(0);
    }
    return 0;
}
