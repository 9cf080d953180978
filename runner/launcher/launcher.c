/*
 * The launcher: makes the containers of one slot and one image, without a daemon.
 *
 * Theory of operation
 *
 *   worker ── connection: request ──► launcher ── clone3, mounts, limits, exec ──► supervisor (PID 1)
 *      ▲                                                                              ▲ │
 *      └───────────── the same connection: job and frames, supervisor-*.ts ───────────┘ │
 *      └───────────── closed by the launcher, once nothing of the container lives ◄─────┘
 *
 *   launcher ROOT SOCKET UID STORE ROLES=DIRECTORY...  0: lifeline  1: "ready"  2: errors  3: filter
 *
 * 1. Make the room that all containers share (room.c): the image's files as the only file system,
 *    read-only, a small /dev, an empty network namespace. Nothing of the host can be reached then.
 * 2. Listen on an abstract socket, and take connections from the worker only. Each is one container:
 *    a request comes (request.c), its cgroup is made (cgroups.c), and a child with namespaces of its
 *    own becomes the supervisor, whose standard input and output are the connection (container.c).
 *    So nothing of a program's input and output passes through here.
 * 3. When the supervisor has ended, which takes every process of its PID namespace with it, close the
 *    connection: for the worker that is the end. If it did not end well, a failure frame comes first.
 *    Then remove the cgroup; the kernel may say for some milliseconds that it is in use.
 *
 * Lifelines. The worker closes a connection: that container is killed. Our stdin ends, because the
 * worker has died: everything is killed and removed, and we exit. We are killed: the kernel kills the
 * supervisors, by their parent-death signal, and the worker, or the next one, removes the cgroups.
 *
 * Trust. We are root with every capability and read nothing but the worker's requests. The supervisor
 * is root of a user namespace (identity.c) with three capabilities there, the program has none.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CONTAINERS_MAX = 64,
    REMOVALS_MAX = 256,
    REMOVAL_RETRY_MS = 2,
    REMOVAL_TRIES_AT_EXIT = 1000,
    DRAIN_READS = 64,
    UID_MAX = 100000000,
};

/* A connection; without a PID its request has not come yet. */
struct container {
    int connection, pidfd;
    int ear; /* Where its supervisor asks for files; -1 when it will no more. */
    pid_t pid;
    unsigned number;
    bool is_given_up;
    bool is_question; /* No container: the worker waits until those that it gave up are gone. */
};

static struct container containers[CONTAINERS_MAX];
static size_t container_count;
static unsigned removals[REMOVALS_MAX];
static size_t removal_count;
static pid_t worker;

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vdprintf(STDERR_FILENO, format, arguments);
    va_end(arguments);
    _exit(1);
}

long must(long result, const char *what) {
    if (result < 0) die("%s: %s\n", what, strerror(errno));
    return result;
}

/* Abstract, so that a crash leaves no file; made in the worker's network namespace, before ours. */
static int listen_on(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length == 0 || length >= sizeof address.sun_path) die("a socket name of %zu bytes\n", length);
    memcpy(address.sun_path + 1, name, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    int fd = (int)must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
    must(bind(fd, (struct sockaddr *)&address, size), "bind");
    must(listen(fd, CONTAINERS_MAX), "listen");
    return fd;
}

/* Anybody can reach an abstract socket; only the process that started us is served. */
static bool is_worker(int connection) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == worker;
}

static void take_connection(int listener) {
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) {
        if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED || errno == EMFILE) return;
        die("accept: %s\n", strerror(errno));
    }
    if (!is_worker(connection)) {
        must(close(connection), "close");
        return;
    }
    if (container_count == CONTAINERS_MAX) {
        container_complain(connection, "the launcher has %d containers already", CONTAINERS_MAX);
        must(close(connection), "close");
        return;
    }
    containers[container_count++] = (struct container){.connection = connection, .pidfd = -1, .ear = -1};
}

static void remove_cgroup(unsigned number) {
    if (cgroups_remove(number)) return;
    if (removal_count == REMOVALS_MAX) die("cgroups cannot be removed: %s\n", strerror(errno));
    removals[removal_count++] = number;
}

static void retry_removals(void) {
    size_t left = 0;
    for (size_t i = 0; i < removal_count; i++)
        if (!cgroups_remove(removals[i])) removals[left++] = removals[i];
    removal_count = left;
}

/* The request has come: makes the container. False when there will be none. */
static bool start(struct container *container) {
    static unsigned number;
    struct request request;
    struct cgroup cgroup;
    const char *problem = request_read(container->connection, &request);
    if (problem != NULL) {
        container_complain(container->connection, "a bad request: %s", problem);
        return false;
    }
    container->number = ++number;
    if (cgroups_create(container->number, &request, &cgroup) < 0) {
        container_complain(container->connection, "cannot make a cgroup: %s", strerror(errno));
        cgroups_close(&cgroup);
        remove_cgroup(container->number);
        return false;
    }
    int pair[2];
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), "socketpair");
    const struct ends ends = {container->connection, pair[1]};
    container->pid = container_start(&request, &cgroup, &ends, &container->pidfd);
    container->ear = pair[0];
    must(close(pair[1]), "close");
    if (container->pid < 0)
        container_complain(container->connection, "cannot make a container: %s", strerror(errno));
    cgroups_close(&cgroup);
    if (container->pid < 0) remove_cgroup(container->number);
    return container->pid > 0;
}

static void kill_container(struct container *container) {
    container->is_given_up = true;
    if (container->pid > 0 && syscall(SYS_pidfd_send_signal, container->pidfd, SIGKILL, NULL, 0) < 0 &&
        errno != ESRCH)
        die("killing a container: %s\n", strerror(errno));
}

/* Waiting for PID 1 of a namespace means waiting for all of it. */
static void finish(struct container *container) {
    int status;
    while (waitpid(container->pid, &status, 0) < 0)
        if (errno != EINTR) die("waitpid: %s\n", strerror(errno));
    if (WIFSIGNALED(status))
        container_complain(container->connection, "the supervisor was killed by signal %d",
                           WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        container_complain(container->connection, "the supervisor ended with exit code %d",
                           WEXITSTATUS(status));
    must(close(container->pidfd), "close");
}

/* Closed with something unread, the worker's end would be an error, and our complaint be lost. */
static void drain(int connection) {
    static char waste[65536];
    for (int reads = 0; reads < DRAIN_READS && recv(connection, waste, sizeof waste, MSG_DONTWAIT) > 0; reads++)
        continue;
}

static void drop(size_t index) {
    drain(containers[index].connection);
    must(close(containers[index].connection), "close");
    if (containers[index].ear >= 0) must(close(containers[index].ear), "close");
    containers[index] = containers[--container_count];
}

/* False when the container is gone. */
static bool attend(struct container *container, short of_connection, short of_pidfd, short of_ear) {
    if (container->pid == 0) {
        if ((of_connection & POLLIN) == 0) return of_connection == 0;
        container->is_question = request_is_empty(container->connection);
        return container->is_question || start(container);
    }
    if (of_connection != 0 && !container->is_given_up) kill_container(container);
    if (of_ear != 0 && !lending_attend(container->ear, container->pidfd)) {
        must(close(container->ear), "close");
        container->ear = -1;
    }
    if (of_pidfd == 0) return true;
    finish(container);
    return false;
}

static void answer_questions(void) {
    for (size_t i = 0; i < container_count; i++)
        if (containers[i].is_given_up) return;
    for (size_t i = container_count; i-- > 0;)
        if (containers[i].is_question) drop(i);
}

static void run_until_worker_ends(int listener) {
    struct pollfd ready[2 + 3 * CONTAINERS_MAX];
    for (;;) {
        ready[0] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
        ready[1] = (struct pollfd){listener, POLLIN, 0};
        const size_t count = container_count;
        for (size_t i = 0; i < count; i++) {
            const struct container *each = &containers[i];
            /* The supervisor reads the job itself: only the end of the connection is ours. */
            const bool is_done = each->is_given_up || each->is_question;
            ready[2 + 3 * i] = (struct pollfd){is_done ? -1 : each->connection,
                                               each->pid == 0 ? POLLIN : POLLRDHUP, 0};
            ready[3 + 3 * i] = (struct pollfd){each->pidfd, POLLIN, 0};
            ready[4 + 3 * i] = (struct pollfd){each->ear, POLLIN, 0};
        }
        int timeout_ms = removal_count > 0 ? REMOVAL_RETRY_MS : -1;
        if (poll(ready, 2 + 3 * count, timeout_ms) < 0 && errno != EINTR)
            die("poll: %s\n", strerror(errno));
        if (ready[0].revents != 0) return;
        retry_removals();
        for (size_t i = count; i-- > 0;) { /* Backwards, because the last takes a gone one's place. */
            const struct pollfd *of = &ready[2 + 3 * i];
            if (attend(&containers[i], of[0].revents, of[1].revents, of[2].revents)) continue;
            const unsigned number = containers[i].number;
            const bool had_cgroup = containers[i].pid > 0;
            drop(i);
            if (had_cgroup) remove_cgroup(number);
        }
        answer_questions();
        if (ready[1].revents != 0) take_connection(listener);
    }
}

static void remove_everything(void) {
    for (size_t i = 0; i < container_count; i++)
        if (containers[i].pid > 0) kill_container(&containers[i]);
    while (container_count > 0) {
        struct container last = containers[container_count - 1];
        if (last.pid > 0) finish(&last);
        drop(container_count - 1);
        if (last.pid > 0) remove_cgroup(last.number);
    }
    for (int tries = 0; removal_count > 0 && tries < REMOVAL_TRIES_AT_EXIT; tries++) {
        must(poll(NULL, 0, REMOVAL_RETRY_MS), "poll");
        retry_removals();
    }
}

int main(int argc, char **argv) {
    if (argc < 6) die("usage: launcher ROOT SOCKET UID STORE ROLES=DIRECTORY...\n");
    const long program = strtol(argv[3], NULL, 10);
    if (program <= 0 || program > UID_MAX) die("a bad uid: %s\n", argv[3]);
    worker = getppid();
    /* A Ctrl-C in the worker's terminal is the worker's to answer. */
    if (setsid() < 0 && errno != EPERM) die("setsid: %s\n", strerror(errno));
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) die("cannot ignore SIGPIPE\n");
    must(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
    umask(0);
    room_load_filter(3);
    for (int fd; (fd = (int)must(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")) < FIRST_FREE_FD;)
        continue;
    cgroups_open(argv + 5);
    identity_open(argv[1], (uid_t)program);
    int listener = listen_on(argv[2]);
    room_open(argv[1], argv[4]);
    if (write(STDOUT_FILENO, "ready\n", 6) != 6) return 1;
    run_until_worker_ends(listener);
    remove_everything();
    return 0;
}
