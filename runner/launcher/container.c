/*
 * The start of one container. The child is PID 1 of new namespaces; it goes, step by step, from root
 * with everything to root with three capabilities behind a filter, and executes the supervisor:
 *
 *   cgroup ─► namespaces, hostname ─► /proc, /box, /w ─► limits ─► descriptors
 *          ─► user namespace ─► capabilities ─► no new privileges ─► Landlock ─► seccomp ─► exec
 *
 * The order matters: what needs a capability comes before it goes, and the filter, which forbids
 * these very steps, comes last. A step that fails says so to the worker in a failure frame.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    COMPLAINT_SIZE = 512,
    FRAME_HEADER_SIZE = 5,
    NULL_FD = 3,
};

static const uint32_t KEPT_CAPABILITIES = 1u << CAP_SETUID | 1u << CAP_SETGID | 1u << CAP_KILL;

/* A failure frame, as runner/report.c writes it. Nobody may be listening any more, or nothing may fit:
   then the connection's end, without a result, says enough. */
void container_complain(int connection, const char *format, ...) {
    unsigned char frame[FRAME_HEADER_SIZE + COMPLAINT_SIZE] = {'X'};
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf((char *)frame + FRAME_HEADER_SIZE, COMPLAINT_SIZE, format, arguments);
    va_end(arguments);
    if (length < 0) length = 0;
    if (length >= COMPLAINT_SIZE) length = COMPLAINT_SIZE - 1;
    frame[3] = (unsigned char)(length >> 8);
    frame[4] = (unsigned char)length;
    (void)send(connection, frame, FRAME_HEADER_SIZE + (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* In the child. */
static int child_connection;

static void step(long result, const char *what) {
    if (result >= 0) return;
    container_complain(child_connection, "making the container: %s: %s", what, strerror(errno));
    _exit(1);
}

static void mount_own(const struct request *request) {
    char data[MOUNT_DATA_SIZE + 64];
    const unsigned long plain = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    const unsigned root = identity_root();
    /* Of /proc only processes, and of these only the own, but for the supervisor: nothing about the host. */
    snprintf(data, sizeof data, "subset=pid,hidepid=invisible,gid=%u", root);
    step(mount("proc", "/proc", "proc", plain, data), "/proc");
    snprintf(data, sizeof data, "%s,uid=%u,gid=%u", request->box.data, root, root);
    step(mount("tmpfs", "/box", "tmpfs", request->box.flags, data), "/box");
    step(mount("tmpfs", "/w", "tmpfs", request->work.flags, request->work.data), "/w");
    if (request->shared_memory == 0) return;
    snprintf(data, sizeof data, "mode=1777,size=%llu", (unsigned long long)request->shared_memory);
    step(mount("shm", "/dev/shm", "tmpfs", plain, data), "/dev/shm");
}

static void set_limits(const struct request *request) {
    char score[24];
    int length = snprintf(score, sizeof score, "%u", (unsigned)request->oom_score);
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    step(fd, "oom_score_adj");
    step(write(fd, score, (size_t)length), "oom_score_adj");
    for (size_t i = 0; i < request->limit_count; i++)
        step(setrlimit((int)request->limits[i].resource, &request->limits[i].value), "limits");
}

/* 0 and 1 are the connection, 2 is nothing (what the supervisor has to say it says in a frame), then
   comes where files are asked for, then the counters, and that is all. */
static void set_descriptors(const struct cgroup *cgroup, int mouth) {
    step(dup2(NULL_FD, STDERR_FILENO), "stderr");
    step(dup2(child_connection, STDIN_FILENO), "stdin");
    step(dup2(child_connection, STDOUT_FILENO), "stdout");
    for (int i = 0; i < COUNTERS; i++)
        step(dup2(cgroup->counters[i], FIRST_COUNTER_FD + i), "counters");
    step(dup2(mouth, MOUTH_FD), "mouth");
    if (identity_supervisor() >= 0)
        step(dup3(identity_supervisor(), SUPERVISOR_FD, O_CLOEXEC), "supervisor");
    child_connection = STDOUT_FILENO;
}

static void drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct kept[2] = {{KEPT_CAPABILITIES, KEPT_CAPABILITIES, 0}, {0, 0, 0}};
    /* Up to the last one that this kernel knows. */
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (capability >= 32 || (KEPT_CAPABILITIES & 1u << capability) == 0)
            step(prctl(PR_CAPBSET_DROP, capability), "bounding set");
    step(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities");
    step(syscall(SYS_capset, &header, kept), "capabilities");
}

static void close_door(void) {
    step(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    if (room_landlock() >= 0) step(syscall(SYS_landlock_restrict_self, room_landlock(), 0), "Landlock");
    step(syscall(SYS_close_range, SUPERVISOR_FD + 1, ~0u, 0), "close_range");
    step(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, room_filter(), 0, 0), "seccomp");
}

static noreturn void become_supervisor(const struct request *request, const struct cgroup *cgroup,
                                       int mouth) {
    /* The argument: MOUTH_FD and the counters are open. */
    char *const arguments[] = {(char *)"supervisor", (char *)"counters", NULL};
    char *const environment[] = {NULL};
    step(cgroups_join(cgroup), "joining the cgroup");
    step(unshare(CLONE_NEWCGROUP), "cgroup namespace");
    step(sethostname("minos", 5), "hostname");
    umask(022);
    mount_own(request);
    set_limits(request);
    set_descriptors(cgroup, mouth);
    step(identity_enter(), "user namespace");
    drop_capabilities();
    /* Gaining and losing rights clears it, so it comes here. If we were late, stdin has ended too. */
    step(prctl(PR_SET_PDEATHSIG, SIGKILL), "parent-death signal");
    close_door();
    if (identity_supervisor() < 0) execve(SUPERVISOR, arguments, environment);
    else syscall(SYS_execveat, SUPERVISOR_FD, "", arguments, environment, AT_EMPTY_PATH);
    step(-1, SUPERVISOR);
    _exit(1);
}

/* Its PID, or -1 with errno. */
pid_t container_start(const struct request *request, const struct cgroup *cgroup,
                      const struct ends *ends, int *pidfd) {
    int target = cgroups_clone_target(cgroup);
    struct clone_args arguments = {
        .flags = CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS |
                 (target >= 0 ? CLONE_INTO_CGROUP : 0),
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
        .cgroup = target >= 0 ? (uint64_t)target : 0,
    };
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid != 0) return pid;
    child_connection = ends->connection;
    become_supervisor(request, cgroup, ends->mouth);
}
