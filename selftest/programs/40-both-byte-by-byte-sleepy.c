#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

/* Several writers, each of which waits for the one who drains, and uses little CPU itself. */
int main(void)
{
    for (int child = 0; child < 20; child++)
        if (fork() == 0)
            break;
    for (;;) {
        if (write(2, "e", 1) < 0)
            return 1;
        sched_yield();
    }
}
