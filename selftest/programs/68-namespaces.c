#include "probe.h"
#include <linux/sched.h>
#include <pthread.h>

static const struct {
    const char *name;
    unsigned long flag;
} NAMESPACES[] = {{"mnt", CLONE_NEWNS}, {"uts", CLONE_NEWUTS}, {"ipc", CLONE_NEWIPC}, {"user", CLONE_NEWUSER},
                  {"pid", CLONE_NEWPID}, {"net", CLONE_NEWNET}, {"cgroup", CLONE_NEWCGROUP}, {"time", CLONE_NEWTIME}};

static void *nothing(void *unused) { return unused; }

int main(void)
{
    char attempt[64], path[64];
    for (size_t at = 0; at < sizeof NAMESPACES / sizeof *NAMESPACES; at++) {
        snprintf(attempt, sizeof attempt, "unshare %s", NAMESPACES[at].name);
        TRY(attempt, syscall(SYS_unshare, NAMESPACES[at].flag));
        /* CLONE_NEWTIME is a signal number to clone; only clone3 takes it. */
        if (NAMESPACES[at].flag != CLONE_NEWTIME) {
            errno = 0;
            long child = syscall(SYS_clone, NAMESPACES[at].flag | SIGCHLD, 0, 0, 0, 0);
            if (child == 0)
                _exit(0);
            snprintf(attempt, sizeof attempt, "clone %s", NAMESPACES[at].name);
            row(attempt, outcome_of(child));
        }
        struct clone_args arguments = {.flags = NAMESPACES[at].flag, .exit_signal = SIGCHLD};
        errno = 0;
        long child = syscall(SYS_clone3, &arguments, sizeof arguments);
        if (child == 0)
            _exit(0);
        snprintf(attempt, sizeof attempt, "clone3 %s", NAMESPACES[at].name);
        row(attempt, outcome_of(child));
        snprintf(path, sizeof path, "/proc/1/ns/%s", NAMESPACES[at].name);
        snprintf(attempt, sizeof attempt, "setns of 1 %s", NAMESPACES[at].name);
        int fd = open(path, O_RDONLY);
        TRY(attempt, syscall(SYS_setns, fd, 0));
        snprintf(path, sizeof path, "/proc/self/ns/%s", NAMESPACES[at].name);
        snprintf(attempt, sizeof attempt, "setns of itself %s", NAMESPACES[at].name);
        fd = open(path, O_RDONLY);
        TRY(attempt, syscall(SYS_setns, fd, 0));
    }
    pthread_t thread;
    int error = pthread_create(&thread, NULL, nothing, NULL);
    if (error == 0)
        error = pthread_join(thread, NULL);
    row("threads", error == 0 ? "work" : strerrorname_np(error));
    return done();
}
