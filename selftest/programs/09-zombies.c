#include <stdio.h>
#include <unistd.h>

int main(void)
{
    for (int child = 0; child < 60; child++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        if (pid < 0)
            return 1;
    }
    puts("done");
    return 0;
}
