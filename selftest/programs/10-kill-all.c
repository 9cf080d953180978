#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    puts("done");
    fflush(stdout);
    kill(-1, SIGKILL);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        kill(-1, SIGKILL);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    return 0;
}
