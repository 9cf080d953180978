#include "probe.h"

int main(void)
{
    char byte = 'x';
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    TRY("TIOCSTI", ioctl(0, TIOCSTI, &byte));
    TRY("TIOCSTI on stdout", ioctl(1, TIOCSTI, &byte));
    TRY("TIOCSCTTY", ioctl(0, TIOCSCTTY, 1));
    try_open("/dev/tty", O_RDWR);
    try_open("/dev/console", O_RDWR);
    try_open("/dev/ptmx", O_RDWR);
    TRY("F_SETOWN 1 on an own pipe", fcntl(ends[0], F_SETOWN, 1));
    fcntl(ends[0], F_SETSIG, SIGKILL);
    fcntl(ends[0], F_SETFL, O_ASYNC);
    TRY("F_SETOWN 1 on stdout", fcntl(1, F_SETOWN, 1));
    fcntl(1, F_SETSIG, SIGTERM);
    fcntl(1, F_SETFL, O_ASYNC);
    for (int times = 0; times < 100; times++)
        if (write(ends[1], &byte, 1) != 1)
            return 1;
    fcntl(1, F_SETFL, 0);
    return done();
}
