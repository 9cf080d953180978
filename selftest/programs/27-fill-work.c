#include "probe.h"

static void fill(const char *name)
{
    static char block[1 << 16];
    char attempt[64];
    long written = 0, last;
    int fd = open(name, O_WRONLY | O_CREAT, 0600);
    memset(block, 1, sizeof block);
    errno = 0;
    while ((last = write(fd, block, sizeof block)) > 0)
        written += last;
    snprintf(attempt, sizeof attempt, "fill %s", name);
    row(attempt, outcome_of(last));
    snprintf(attempt, sizeof attempt, "size of %s", name);
    row(attempt, written <= 21 << 20 ? "at most 21 MiB" : "more");
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    fill("first");
    fill("second");
    fill("/tmp/third");
    return done();
}
