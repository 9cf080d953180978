/*
 * Hands out files that the program made. Its names may be symbolic links, FIFOs or hard links to
 * anything, so they are opened by a helper with the program's own rights, segment by segment without
 * following a link, and only a regular file of one name is read. Everybody else in the container is
 * dead by then, so nothing changes under the helper.
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILE_PAYLOAD_SIZE = 2 + 4 + 8 };

/* A descriptor, or -1 with errno. */
static int open_beneath(const char *directory, const char *name) {
    int parent = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (parent >= 0) {
        char segment[256];
        size_t length = strcspn(name, "/");
        if (length >= sizeof segment) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(segment, name, length);
        segment[length] = '\0';
        if (name[length] == '\0')
            return openat(parent, segment, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        parent = openat(parent, segment, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        name += length + 1;
    }
    return -1;
}

/* Why it cannot be handed out, or NULL. */
static const char *objection(const struct stat *file, uint64_t left) {
    if (!S_ISREG(file->st_mode)) return "not a regular file";
    if (file->st_nlink != 1) return "a hard link";
    if ((uint64_t)file->st_size > left) return "too large";
    return NULL;
}

static void send_file(int fd, uint16_t index, const struct stat *file) {
    unsigned char payload[FILE_PAYLOAD_SIZE];
    put_be(payload, 2, index);
    put_be(payload + 2, 4, file->st_mode);
    put_be(payload + 6, 8, (uint64_t)file->st_size);
    report_frame('F', payload, sizeof payload);
    for (uint64_t left = (uint64_t)file->st_size; left > 0;) {
        ssize_t got = read(fd, report_chunk(), left < CHUNK_SIZE ? (size_t)left : CHUNK_SIZE);
        if (got <= 0) _exit(1);
        report_send_chunk('D', (size_t)got);
        report_wait();
        left -= (uint64_t)got;
    }
}

static noreturn void help(const struct job *job, int problem_fd) {
    uint64_t left = job->collect_cap;
    bool has_problem = false;
    if (child_become(job->uid, job->gid) < 0) _exit(1);
    for (size_t i = 0; i < job->collect_count; i++) {
        struct stat file;
        const char *problem = NULL;
        int fd = open_beneath(job->cwd, job->collect[i]);
        if (fd < 0 && errno == ENOENT) continue; /* Not made: left out. */
        if (fd < 0) problem = errno == ELOOP ? "a symbolic link" : strerror(errno);
        else if (fstat(fd, &file) < 0) _exit(1);
        else problem = objection(&file, left);
        if (problem == NULL) {
            send_file(fd, (uint16_t)i, &file);
            left -= (uint64_t)file.st_size;
        } else if (!has_problem) {
            has_problem = true;
            if (dprintf(problem_fd, "%.400s: %s", job->collect[i], problem) < 0) _exit(1);
        }
        if (fd >= 0 && close(fd) < 0) _exit(1);
    }
    _exit(0);
}

/* The first problem, if there is one, is left as text in `problem`. */
void collect(const struct job *job, char problem[PROBLEM_SIZE]) {
    if (job->collect_count == 0) return;
    int ends[2], status;
    check(pipe2(ends, O_CLOEXEC), "pipe");
    pid_t helper = (pid_t)check(fork(), "fork");
    if (helper == 0) help(job, ends[1]);
    check(close(ends[1]), "close");
    /* The pipe ends with the helper; the host may end before, and then so do we. */
    struct pollfd ready[] = {{ends[0], POLLIN, 0}, {STDIN_FILENO, 0, 0}};
    for (size_t size = 0;;) {
        if (poll(ready, 2, -1) < 0 && errno != EINTR) fail("poll failed with errno %d", errno);
        if (ready[1].revents != 0) _exit(1);
        ssize_t got = read(ends[0], problem + size, PROBLEM_SIZE - 1 - size);
        if (check(got, "reading from the helper") == 0) break;
        size += (size_t)got;
    }
    check(close(ends[0]), "close");
    check(waitpid(helper, &status, 0), "waiting for the helper");
    if (status != 0) fail("collecting files failed with status %d", status);
}
