/*
 * From the program's start to the end of the last of its processes.
 *
 *   running ── main exited, or a limit ──► kill(-1), wait until nobody is left ──► drain the pipes
 *
 * The program's pipes are read only while no frame waits for the host. A host that does not read
 * makes the program wait in write(2), and its clocks go on.
 */
#include "runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 10 };

/* A program that writes a byte at a time would wake us, and everybody up to the judge, for each. So
   after a little output its pipe is left alone for a moment, and holds what comes meanwhile. */
enum { LITTLE_SIZE = 1024, REST_MS = 2 };

/* One of the program's outputs. */
struct stream {
    int fd; /* -1 once it has ended, or if there is none. */
    char type;
    uint64_t cap;
    uint64_t size;   /* What was written, also beyond the cap. */
    bool is_over;
    uint64_t rest_until_ns;
};

struct run {
    const struct job *job;
    struct program *program;
    struct result *result;
    struct stream out, err;
    int signal_fd;
    bool has_main_ended;
};

static void stop(struct run *run, enum cause cause) {
    if (run->result->cause == CAUSE_NONE) run->result->cause = cause;
}

/* Passes on what is in the pipe, up to the cap. False when there was nothing. */
static bool pump(struct run *run, struct stream *stream) {
    ssize_t got = read(stream->fd, report_chunk(), CHUNK_SIZE);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (check(got, "reading the program's output") == 0) {
        check(close(stream->fd), "close");
        stream->fd = -1;
        return false;
    }
    if (got < LITTLE_SIZE) stream->rest_until_ns = clock_ns(CLOCK_MONOTONIC) + REST_MS * 1000000u;
    uint64_t room = stream->size < stream->cap ? stream->cap - stream->size : 0;
    uint64_t kept = (uint64_t)got < room ? (uint64_t)got : room;
    stream->size += (uint64_t)got;
    stream->is_over = stream->size > stream->cap;
    if (kept > 0) report_send_chunk(stream->type, (size_t)kept);
    if (stream->is_over && stream == &run->out && !run->job->truncate_stdout) stop(run, CAUSE_STDOUT);
    return true;
}

static void record(struct run *run, pid_t pid, int status) {
    if (pid != run->program->pid || run->has_main_ended) return;
    run->has_main_ended = true;
    run->result->wait_status = status;
}

static void reap_ended(struct run *run) {
    struct signalfd_siginfo info;
    if (read(run->signal_fd, &info, sizeof info) != sizeof info && errno != EAGAIN)
        fail("cannot read signals");
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) record(run, pid, status);
}

static uint64_t wall_us(const struct run *run) {
    return (clock_ns(CLOCK_MONOTONIC) - run->program->started_ns) / 1000;
}

static void look_at_limits(struct run *run) {
    counters_sample_memory();
    if (counters_cpu_us() > run->job->cpu_kill_us) stop(run, CAUSE_CPU);
    if (wall_us(run) <= run->job->wall_kill_us) return;
    run->result->starved_us = counters_starved_us();
    stop(run, CAUSE_WALL);
}

/* The host must send nothing after the job, and closes its end only when it gives up. */
static void check_lifeline(void) {
    char byte;
    ssize_t got = read(STDIN_FILENO, &byte, 1);
    if (got == 1) fail("the host sent more than the job");
    if (got == 0 || (errno != EINTR && errno != EAGAIN)) _exit(1);
}

static void run_until_end(struct run *run) {
    uint64_t now_ns = clock_ns(CLOCK_MONOTONIC), next_look_ns = now_ns + LOOK_MS * 1000000u;
    while (!run->has_main_ended && run->result->cause == CAUSE_NONE) {
        bool is_busy = report_is_busy();
        bool out_rests = now_ns < run->out.rest_until_ns, err_rests = now_ns < run->err.rest_until_ns;
        struct pollfd ready[] = {
            {STDIN_FILENO, POLLIN, 0},
            {run->signal_fd, POLLIN, 0},
            {is_busy ? STDOUT_FILENO : -1, POLLOUT, 0},
            {is_busy || out_rests ? -1 : run->out.fd, POLLIN, 0},
            {is_busy || err_rests ? -1 : run->err.fd, POLLIN, 0},
        };
        if (poll(ready, sizeof ready / sizeof *ready, out_rests || err_rests ? REST_MS : LOOK_MS) < 0 && errno != EINTR)
            fail("poll failed with errno %d", errno);
        if (ready[0].revents != 0) check_lifeline();
        if (ready[1].revents != 0) reap_ended(run);
        if (ready[2].revents != 0) report_flush();
        if (ready[3].revents != 0) pump(run, &run->out);
        if (ready[4].revents != 0 && !report_is_busy()) pump(run, &run->err);
        now_ns = clock_ns(CLOCK_MONOTONIC);
        if (now_ns < next_look_ns) continue;
        next_look_ns = now_ns + LOOK_MS * 1000000u;
        look_at_limits(run);
    }
}

/* Nothing survives this, and nothing can hide from it: who is killed cannot fork any more, orphans
   become our children, and there is no other PID namespace to be in. Who has no child is alone, and
   need not make the kernel go through all processes of the machine. */
static void kill_all(struct run *run) {
    for (int options = WNOHANG;; options = 0) {
        int status;
        pid_t pid = waitpid(-1, &status, options);
        if (pid > 0) record(run, pid, status);
        if (pid < 0 && errno == ECHILD) return;
        if (pid < 0 && errno != EINTR) fail("waitpid failed with errno %d", errno);
        if (kill(-1, SIGKILL) < 0 && errno != ESRCH) fail("kill failed with errno %d", errno);
    }
}

static void drain(struct run *run, struct stream *stream) {
    do report_wait();
    while (stream->fd >= 0 && pump(run, stream));
    report_wait();
}

void watch(const struct job *job, struct program *program, struct result *result) {
    struct run run = {
        .job = job,
        .program = program,
        .result = result,
        .out = {.fd = program->out_fd, .type = 'O', .cap = job->stdout_cap},
        .err = {.fd = program->err_fd, .type = 'E', .cap = job->stderr_cap},
    };
    sigset_t ended;
    check(sigemptyset(&ended), "signals");
    check(sigaddset(&ended, SIGCHLD), "signals");
    check(sigprocmask(SIG_BLOCK, &ended, NULL), "signals");
    run.signal_fd = (int)check(signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
    reap_ended(&run); /* It may have ended before we listened. */

    run_until_end(&run);
    result->wall_us = wall_us(&run);
    counters_sample_memory();
    kill_all(&run);
    counters_finish(result);
    drain(&run, &run.out);
    drain(&run, &run.err);
    if (!run.has_main_ended) fail("the program vanished without a status");
    result->stdout_size = run.out.size;
    result->stderr_size = run.err.size;
    result->stdout_truncated = run.out.is_over;
    result->stderr_truncated = run.err.is_over;
}
