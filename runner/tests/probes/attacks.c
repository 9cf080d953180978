/* Attempts against the supervisor, and on the program's own rights. One line "attempt=errno" each. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

enum { SYS_PIDFD_SEND_SIGNAL = 424, SYS_PIDFD_OPEN = 434, SYS_PIDFD_GETFD = 438 };

static int on_supervisor(const char *argument) {
    (void)argument;
    const struct rlimit none = {0, 0};
    const struct sched_param param = {.sched_priority = 0};
    cpu_set_t cpus;
    siginfo_t info = {.si_code = SI_QUEUE};
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    char name[64];
    for (int number = 1; number <= 64; number++) {
        snprintf(name, sizeof name, "kill%d", number);
        tell(name, kill(1, number));
        snprintf(name, sizeof name, "tgkill%d", number);
        tell(name, syscall(SYS_tgkill, 1, 1, number));
        snprintf(name, sizeof name, "queue%d", number);
        info.si_signo = number;
        tell(name, syscall(SYS_rt_sigqueueinfo, 1, number, &info));
    }
    int pidfd = (int)syscall(SYS_PIDFD_OPEN, 1, 0);
    tell("pidfd_send_signal", syscall(SYS_PIDFD_SEND_SIGNAL, pidfd, SIGKILL, NULL, 0));
    tell("pidfd_getfd", syscall(SYS_PIDFD_GETFD, pidfd, 1, 0));
    tell("ptrace_attach", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
    tell("ptrace_seize", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
    tell("prlimit", syscall(SYS_prlimit64, 1, RLIMIT_CPU, &none, NULL));
    tell("sched_setscheduler", sched_setscheduler(1, SCHED_IDLE, &param));
    tell("setpriority", setpriority(PRIO_PROCESS, 1, 19));
    tell("sched_setaffinity", sched_setaffinity(1, sizeof cpus, &cpus));
    tell("ioprio_set", syscall(SYS_ioprio_set, 1, 1, 3 << 13));
    tell("setpgid", setpgid(1, getpid()));
    return 0;
}

static int on_its_files(const char *argument) {
    (void)argument;
    static const struct { const char *path; int flags; } files[] = {
        {"/proc/1/mem", O_RDONLY}, {"/proc/1/mem", O_RDWR}, {"/proc/1/maps", O_RDONLY},
        {"/proc/1/environ", O_RDONLY}, {"/proc/1/root", O_RDONLY}, {"/proc/1/cwd", O_RDONLY},
        {"/proc/1/fd", O_RDONLY}, {"/proc/1/fd/0", O_RDONLY}, {"/proc/1/fd/1", O_WRONLY},
        {"/proc/1/oom_score_adj", O_WRONLY}, {"/proc/1/ns/pid", O_RDONLY},
        {"/proc/1/task/1/mem", O_RDWR}, {"/minos/supervisor", O_RDONLY}, {"/minos/supervisor", O_RDWR},
        {"/etc/shadow", O_RDONLY},
    };
    for (size_t i = 0; i < COUNT(files); i++)
        if (open(files[i].path, files[i].flags) >= 0) printf("opened %s\n", files[i].path);
    char *none[] = {NULL};
    tell("exec", execve("/minos/supervisor", none, none));
    return 0;
}

static int on_own_rights(const char *argument) {
    (void)argument;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    const struct sched_param param = {.sched_priority = 1};
    gid_t root = 0;
    tell("setuid", setuid(0));
    tell("setgid", setgid(0));
    tell("setgroups", setgroups(1, &root));
    tell("capset", syscall(SYS_capset, &header, all));
    tell("fifo", sched_setscheduler(0, SCHED_FIFO, &param));
    tell("nice", setpriority(PRIO_PROCESS, 0, -20));
    int fd = open("/proc/self/oom_score_adj", O_WRONLY);
    tell("oom_score_adj", fd < 0 ? fd : write(fd, "-1000", 5));
    tell("chown", chown("/w", 0, 0));
    return 0;
}

static int show_status(const char *argument) {
    (void)argument;
    char text[8192];
    int fd = open("/proc/self/status", O_RDONLY);
    ssize_t length = read(fd, text, sizeof text);
    if (length < 0 || write(1, text, (size_t)length) != length) return 1;
    printf("Session: %d\nNice: %d\n", getsid(0) == getpid(), getpriority(PRIO_PROCESS, 0));
    fd = open("/proc/self/oom_score_adj", O_RDONLY);
    length = read(fd, text, sizeof text);
    printf("OomScoreAdj: %.*s", length < 0 ? 0 : (int)length, text);
    return 0;
}

static int show_environment(const char *argument) {
    (void)argument;
    char directory[256];
    for (char **entry = environ; *entry != NULL; entry++) puts(*entry);
    printf("cwd %s\n", getcwd(directory, sizeof directory));
    return 0;
}

static int on_sockets(const char *argument) {
    (void)argument;
    for (int family = 0; family < 50; family++)
        for (int type = 1; type <= 6; type++) {
            int fd = socket(family, type, 0);
            if (fd >= 0 && family != AF_UNIX) printf("socket %d %d\n", family, type);
            if (fd >= 0) close(fd);
        }
    int pair[2];
    tell("unix", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    return 0;
}

static const struct deed DEEDS[] = {
    {"supervisor", on_supervisor}, {"files", on_its_files}, {"rights", on_own_rights},
    {"status", show_status}, {"environment", show_environment}, {"sockets", on_sockets},
};
PROBE(DEEDS)
