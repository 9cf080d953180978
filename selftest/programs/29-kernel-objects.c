#include "probe.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

enum { MANY = 1000000 };

static void close_all(void)
{
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
}

#define UNTIL_REFUSED(attempt, call)                                             \
    do {                                                                         \
        int count = 0;                                                           \
        errno = 0;                                                               \
        while (count < MANY && (call) != -1)                                     \
            count++;                                                             \
        row(attempt, count == MANY ? "never refused" : strerrorname_np(errno));  \
        close_all();                                                             \
    } while (0)

static int filled_pair(void)
{
    static char block[4096];
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
        return -1;
    while (write(ends[0], block, sizeof block) > 0)
        ;
    return 0;
}

static int filled_pipe(void)
{
    static char block[4096];
    int ends[2];
    if (pipe2(ends, O_NONBLOCK) != 0)
        return -1;
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);
    while (write(ends[1], block, sizeof block) > 0)
        ;
    return 0;
}

/* A descriptor that is nowhere but in a message that nobody receives. */
static int sent_descriptor(void)
{
    static int ends[2] = {-1, -1};
    if (ends[0] < 0 && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends) != 0)
        return -1;
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    struct iovec part = {"x", 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control};
    memcpy(CMSG_DATA(&control.header), &ends[0], sizeof(int));
    return sendmsg(ends[0], &message, 0) < 0 ? -1 : 0;
}

int main(void)
{
    timer_t timer;
    sigset_t blocked;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    UNTIL_REFUSED("epoll", epoll_create1(0));
    UNTIL_REFUSED("eventfd", eventfd(0, 0));
    UNTIL_REFUSED("inotify", inotify_init1(0));
    UNTIL_REFUSED("timerfd", timerfd_create(CLOCK_MONOTONIC, 0));
    UNTIL_REFUSED("timers", timer_create(CLOCK_MONOTONIC, &event, &timer));
    UNTIL_REFUSED("queued signals", sigqueue(getpid(), SIGRTMIN, (union sigval){0}));
    UNTIL_REFUSED("descriptors in messages", sent_descriptor());
    UNTIL_REFUSED("full pipes", filled_pipe());
    UNTIL_REFUSED("full sockets", filled_pair());
    return done();
}
