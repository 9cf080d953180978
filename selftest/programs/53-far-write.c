#include "probe.h"

int main(void)
{
    int handle = 0;
    if (scanf("%d", &handle) == 1 && handle)
        signal(SIGXFSZ, SIG_IGN);
    int fd = open("far", O_WRONLY | O_CREAT, 0600);
    lseek(fd, 1L << 40, SEEK_SET);
    TRY("write at 1 TB", write(fd, "x", 1));
    return done();
}
