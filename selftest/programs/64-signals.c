#include "probe.h"

static int try_signal(int way, int number)
{
    siginfo_t info = {.si_signo = number, .si_code = SI_QUEUE};
    switch (way) {
    case 0:
        return kill(1, number);
    case 1:
        return (int)syscall(SYS_tgkill, 1, 1, number);
    case 2:
        return (int)syscall(SYS_tkill, 1, number);
    case 3:
        return (int)syscall(SYS_rt_sigqueueinfo, 1, number, &info);
    case 4:
        return (int)syscall(SYS_rt_tgsigqueueinfo, 1, 1, number, &info);
    default: {
        int fd = (int)syscall(SYS_pidfd_open, 1, 0);
        if (fd < 0)
            return -1;
        int result = (int)syscall(SYS_pidfd_send_signal, fd, number, NULL, 0);
        int error = errno;
        close(fd);
        errno = error;
        return result;
    }
    }
}

int main(void)
{
    const char *const ways[] = {"kill", "tgkill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
                                "pidfd_send_signal"};
    for (int way = 0; way < 6; way++) {
        int sent = 0, refused = 0;
        for (int number = 1; number <= 64; number++) {
            errno = 0;
            if (try_signal(way, number) == 0)
                sent++;
            else if (errno == EPERM || errno == ENOSYS)
                refused++;
            else
                row(ways[way], strerrorname_np(errno));
        }
        row(ways[way], sent > 0 ? "sent" : refused == 64 ? "refused" : "failed");
    }
    return done();
}
