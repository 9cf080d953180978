#include <signal.h>
#include <unistd.h>

int main(void)
{
    fork();
    for (;;) {
        kill(0, SIGSTOP);
        kill(getpid(), SIGSTOP);
    }
}
