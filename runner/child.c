/*
 * The program's start: the child gives up, step by step, all that it has from us, and executes the
 * command. It tells us on a pipe that closes at exec: first which step failed, if one did, else when
 * it was about to exec; then why exec failed, if it did.
 *
 * Until exec it has our memory and we stand still (vfork): a copy would cost more than all its steps.
 * Nobody else lives in the container, and the memory is not dumpable, whoever the child is by then.
 *
 * The order matters. What needs root (groups, uid) comes before the uid goes; the working directory
 * is closed to root, so chdir comes after; and the filter comes last, since it forbids such steps.
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { EXIT_CANNOT_EXECUTE = 126, NICENESS = 19, PENDING_SIGNALS = 256 };

struct status {
    enum { ABOUT_TO_EXEC, STEP_FAILED, EXEC_FAILED } kind;
    int error;
    uint64_t cpu_ns, at_ns;
    char step[48];
};

static int status_fd;

static void tell(int kind, const char *step) {
    struct status status = {
        .kind = kind,
        .error = errno,
        .cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID),
        .at_ns = clock_ns(CLOCK_MONOTONIC),
    };
    snprintf(status.step, sizeof status.step, "%s", step);
    if (write(status_fd, &status, sizeof status) != sizeof status) _exit(1);
}

static void must(long result, const char *step) {
    if (result >= 0) return;
    tell(STEP_FAILED, step);
    _exit(1);
}

/* First of all processes in the container to be killed when memory is out. */
static int set_oom_score(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "1000", 4) != 4) return -1;
    return close(fd);
}

/* Both soft and hard, so that nothing can be raised again; never above what we have ourselves. */
static int set_limits(const struct job *job) {
    rlim_t address_space = job->address_space_size ? job->address_space_size : RLIM_INFINITY;
    const struct { int resource; rlim_t most; } limits[] = {
        {RLIMIT_FSIZE, job->file_size},
        {RLIMIT_NOFILE, job->open_files},
        {RLIMIT_STACK, job->stack_size},
        {RLIMIT_AS, address_space},
        {RLIMIT_CPU, job->cpu_rlimit_s}, /* In case we are starved: of each process, in seconds. */
        {RLIMIT_CORE, 0},
        {RLIMIT_MEMLOCK, 0},
        {RLIMIT_MSGQUEUE, 0},
        {RLIMIT_RTPRIO, 0},
        {RLIMIT_SIGPENDING, PENDING_SIGNALS}, /* Kernel memory of the uid: queued signals, timers. */
        /* No RLIMIT_NPROC: it counts the uid on the whole host. The pids cgroup is the limit. */
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit;
        if (getrlimit(limits[i].resource, &limit) < 0) return -1;
        if (limits[i].most < limit.rlim_max) limit.rlim_max = limits[i].most;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(limits[i].resource, &limit) < 0) return -1;
    }
    return 0;
}

/* SIGPIPE is the only one that we ignore; a mask is inherited through exec as well. */
static int reset_signals(void) {
    sigset_t none;
    if (sigemptyset(&none) < 0 || signal(SIGPIPE, SIG_DFL) == SIG_ERR) return -1;
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A session keyring of its own, where the container's filter lets us; ours will not let the program. */
static int leave_keyring(void) {
    long joined = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
    return joined < 0 && errno != EPERM && errno != ENOSYS && errno != EDQUOT ? -1 : 0;
}

/* Gives up root for good. setresuid clears what is effective; Docker before 20.10.14 leaves
   inheritable capabilities, which only capset does. The bounding set stays: it takes CAP_SETPCAP
   to drop it, and under no_new_privs nothing can be gained from it. */
int child_become(uid_t uid, gid_t gid) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
        return -1;
    return (int)syscall(SYS_capset, &header, none);
}

/* 0, 1 and 2 are the program's, the status pipe closes at exec, nothing else is left. */
static void set_descriptors(int stdin_fd, int out_fd, int err_fd) {
    must(dup2(stdin_fd, STDIN_FILENO), "stdin");
    must(dup2(out_fd, STDOUT_FILENO), "stdout");
    must(dup2(err_fd, STDERR_FILENO), "stderr");
    if (status_fd > 3) must(syscall(SYS_close_range, 3, status_fd - 1, 0), "close_range");
    must(syscall(SYS_close_range, status_fd + 1, ~0u, 0), "close_range");
}

static noreturn void become_program(const struct job *job) {
    must(setsid(), "setsid");
    umask(077);
    must(set_oom_score(), "oom_score_adj");
    must(setpriority(PRIO_PROCESS, 0, NICENESS), "nice");
    must(set_limits(job), "limits");
    must(child_become(job->uid, job->gid), "giving up root");
    must(leave_keyring(), "keyring");
    must(chdir(job->cwd), "chdir");
    must(reset_signals(), "signals");
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    must(seccomp_install(job->deny_shared_state), "seccomp");
    tell(ABOUT_TO_EXEC, "exec");
    execve(job->argv[0], job->argv, job->envp);
    tell(EXEC_FAILED, "exec");
    dprintf(STDERR_FILENO, "cannot execute %s: %s\n", job->argv[0], strerror(errno));
    _exit(EXIT_CANNOT_EXECUTE);
}

/* The program's pipes belong to its uid, so that it can also open them by name (/dev/stdout). A change
   of the fsuid makes the kernel forget the parent-death signal that a launcher may have set. */
static void open_pipe(int ends[2], uid_t owner) {
    int death_signal = 0;
    check(prctl(PR_GET_PDEATHSIG, &death_signal), "PR_GET_PDEATHSIG");
    setfsuid(owner);
    long made = pipe2(ends, O_CLOEXEC);
    setfsuid(0);
    check(made, "pipe");
    if (setfsuid((uid_t)-1) != 0) fail("cannot be root for files again");
    check(prctl(PR_SET_PDEATHSIG, death_signal), "PR_SET_PDEATHSIG");
    check(fcntl(ends[0], F_SETFL, O_NONBLOCK), "pipe");
}

/* What lies below /box and /w is the contestant's, and if it cannot be executed, that is a result. */
static bool is_contestants(const struct job *job) {
    size_t length = strlen(job->cwd);
    return strncmp(job->argv[0], BOX "/", sizeof BOX) == 0 ||
           (strncmp(job->argv[0], job->cwd, length) == 0 && job->argv[0][length] == '/');
}

static void await_exec(const struct job *job, int fd, struct program *program) {
    struct status status;
    bool is_ready = false;
    for (;;) {
        ssize_t got = read(fd, &status, sizeof status);
        if (got < 0 && errno == EINTR) continue;
        if (check(got, "reading the program's status") == 0) break;
        if (got != sizeof status) fail("half a status of the program");
        if (status.kind == STEP_FAILED) fail("%s: %s", status.step, strerror(status.error));
        /* Whoever still writes the file, it is not the contestant. */
        if (status.kind == EXEC_FAILED && (status.error == ETXTBSY || !is_contestants(job)))
            fail("cannot execute %.200s: %s", job->argv[0], strerror(status.error));
        if (status.kind == ABOUT_TO_EXEC) {
            is_ready = true;
            program->started_ns = status.at_ns;
            counters_exclude_setup(status.cpu_ns);
        }
    }
    if (!is_ready) fail("the program was killed before it was executed");
}

void child_start(const struct job *job, int stdin_fd, struct program *program) {
    int status_pipe[2], out[2], err[2] = {-1, -1};
    uint64_t staged_size = job->stdin_size;
    for (size_t i = 0; i < job->file_count; i++)
        if (job->files[i].place != PLACE_LENT) staged_size += job->files[i].size;

    check(pipe2(status_pipe, O_CLOEXEC), "pipe");
    open_pipe(out, job->uid);
    if (!job->merge_stderr) open_pipe(err, job->uid);
    counters_begin(staged_size);
    program->pid = (pid_t)check(vfork(), "vfork");
    if (program->pid == 0) {
        status_fd = status_pipe[1];
        set_descriptors(stdin_fd, out[1], job->merge_stderr ? out[1] : err[1]);
        become_program(job);
    }
    check(close(status_pipe[1]), "close");
    check(close(stdin_fd), "close");
    check(close(out[1]), "close");
    if (!job->merge_stderr) check(close(err[1]), "close");
    program->out_fd = out[0];
    program->err_fd = err[0];
    await_exec(job, status_pipe[0], program);
    check(close(status_pipe[0]), "close");
}
