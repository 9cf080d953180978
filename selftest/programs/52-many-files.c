#include "probe.h"

int main(void)
{
    char name[32];
    int count = 0;
    mkdir("files", 0700);
    errno = 0;
    for (; count < 1000000; count++) {
        snprintf(name, sizeof name, "files/%d", count);
        int fd = open(name, O_WRONLY | O_CREAT, 0600);
        if (fd < 0)
            break;
        close(fd);
    }
    row("empty files", outcome_of(count == 1000000 ? 0 : -1));
    row("empty files made", count < 4096 ? "fewer than 4096" : "4096 or more");
    for (int left = 0; left < 2000; left++) {
        snprintf(name, sizeof name, "files/%d", left);
        unlink(name);
    }
    errno = 0;
    for (count = 0; count < 100000; count++)
        if (mkdir("d", 0700) != 0 || chdir("d") != 0)
            break;
    row("nested directories", outcome_of(count == 100000 ? 0 : -1));
    errno = 0;
    for (count = 0; count < 100000; count++) {
        snprintf(name, sizeof name, "/w/l%d", count);
        if (link("/w/files/3000", name) != 0)
            break;
    }
    row("hard links", outcome_of(count == 100000 ? 0 : -1));
    return done();
}
