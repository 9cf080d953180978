/*
 * The supervisor: PID 1 of a container that runs one program once.
 *
 * Theory of operation
 *
 *   host ── job ──► stdin ┌────────────┐ fork, drop every right, exec ┌─────────┐
 *                         │ supervisor │ ───────────────────────────► │ program │ and descendants
 *   host ◄─ frames ─ stdout│  root     │ ◄── pipes for its 1 and 2 ── │ slot uid│
 *                         └────────────┘                              └─────────┘
 *
 * 1. Say hello: the container is warm. It may have been made long before its job.
 * 2. Read the job (job.c) and stage its files and the program's standard input (stage.c). No clock
 *    runs yet, so the host's transport costs the program nothing.
 * 3. Start the program under its own uid, without capabilities, behind a second seccomp filter and
 *    with nothing open but 0, 1 and 2 (child.c, seccomp.c).
 * 4. Pass its output on, and look at the clocks every 10 ms (watch.c, counters.c).
 * 5. When the program has ended or hit a limit, kill everything that is left, wait until nothing
 *    is, pass on what the pipes still hold and read the counters.
 * 6. Hand out the files that were asked for (collect.c), then exactly one result (report.c), and exit.
 *
 * Trust. We are root with CAP_SETUID, CAP_SETGID and CAP_KILL only; the program has another uid, so
 * the kernel refuses it our memory, our descriptors, signals, tracing and scheduling. We never open
 * a path that it could have made: what needs its rights is done by a helper child under its uid. The
 * result carries the job's nonce, which is neither in the environment nor in an argument.
 *
 * The host's end of stdin is a lifeline: when it closes, the host is gone and we exit, with which
 * the kernel kills everything in our PID namespace.
 *
 * Exit code 0: the result was delivered, whatever the program did. 1: the sandbox failed.
 */
#include "runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void harden_self(void) {
    /* kill(-1) is only safe where "everything" is our own PID namespace. */
    if (getpid() != 1) {
        dprintf(STDERR_FILENO, "the supervisor only runs as PID 1 of a container\n");
        _exit(1);
    }
    check(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) fail("cannot ignore SIGPIPE");
    umask(022);
    /* Against being paged out while the program fills the memory; not worth failing where
       RLIMIT_MEMLOCK is small, since our pages are few and hot. Those that we never touch need none. */
    if (mlockall(MCL_CURRENT | MCL_ONFAULT) < 0 && errno != ENOMEM && errno != EPERM && errno != EAGAIN)
        fail("mlockall failed with errno %d", errno);
}

/* The launcher, unlike Docker, gives the counters as open files, and says so. */
int main(int argc, char **argv) {
    static struct job job;
    static struct program program;
    static struct result result;
    const unsigned char version = 1;

    harden_self();
    counters_open(argc == 2 && strcmp(argv[1], "counters") == 0);
    report_frame('H', &version, sizeof version);
    job_read(&job);
    int stdin_fd = stage(&job);
    child_start(&job, stdin_fd, &program);
    report_frame('S', NULL, 0);
    watch(&job, &program, &result);
    collect(&job, result.collect_problem);
    report_result(&job, &result);
    return 0;
}
