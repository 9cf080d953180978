/*
 * Staging: the bytes that follow the job's header, in order, into files. Files below /box are root's
 * and read-only. The program's own directory is closed to us (root without CAP_DAC_OVERRIDE), so a
 * helper under the program's uid writes there, reading the same stdin.
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_exactly(int fd, const unsigned char *from, size_t size) {
    while (size > 0) {
        ssize_t written = write(fd, from, size);
        if (written < 0 && errno != EINTR) return -1;
        if (written < 0) continue;
        from += written;
        size -= (size_t)written;
    }
    return 0;
}

static int copy_from_host(int fd, uint64_t size) {
    unsigned char *chunk = report_chunk(); /* No frame is on its way now. */
    while (size > 0) {
        ssize_t got = job_read_some(chunk, size < CHUNK_SIZE ? (size_t)size : CHUNK_SIZE);
        if (got == 0) errno = EPIPE;
        if (got <= 0 || write_exactly(fd, chunk, (size_t)got) < 0) return -1;
        size -= (uint64_t)got;
    }
    return 0;
}

static int make_parents(char *path, size_t base_length) {
    for (char *slash = strchr(path + base_length + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int made = mkdir(path, 0755);
        *slash = '/';
        if (made < 0 && errno != EEXIST) return -1;
    }
    return 0;
}

/* 0, or -1 with errno. */
static int write_file(const char *base, const char *name, mode_t mode, uint64_t size) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", base, name);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (make_parents(path, strlen(base)) < 0) return -1;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0 || copy_from_host(fd, size) < 0) return -1;
    return close(fd);
}

/* The helper's exit code is its errno. */
static int write_work_file(const struct job *job, const struct staged_file *file) {
    pid_t helper = (pid_t)check(fork(), "fork");
    if (helper == 0) {
        mode_t mode = file->executable ? 0755 : 0644;
        if (child_become(job->uid, job->gid) < 0) _exit(errno);
        _exit(write_file(job->cwd, file->name, mode, file->size) < 0 ? errno : 0);
    }
    int status;
    check(waitpid(helper, &status, 0), "waiting for the helper");
    if (!WIFEXITED(status)) fail("the helper was killed while it wrote %.200s", file->name);
    errno = WEXITSTATUS(status);
    return errno == 0 ? 0 : -1;
}

/* A file without a name, and no way to give it one: no staged file can be in its way. Opened again
   through our own descriptor, because the program must not write to it. */
static int stage_stdin(uint64_t size) {
    char path[sizeof "/proc/self/fd/" + 10];
    int unnamed = (int)check(open(BOX, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0444), "a file for stdin");
    if (copy_from_host(unnamed, size) < 0) fail("staging stdin: %s", strerror(errno));
    snprintf(path, sizeof path, "/proc/self/fd/%d", unnamed);
    int fd = (int)check(open(path, O_RDONLY | O_CLOEXEC), path);
    check(close(unnamed), "close");
    return fd;
}

int stage(const struct job *job) {
    for (size_t i = 0; i < job->file_count; i++) {
        const struct staged_file *file = &job->files[i];
        int staged = file->is_work_file
            ? write_work_file(job, file)
            : write_file(BOX, file->name, file->executable ? 0555 : 0444, file->size);
        if (staged < 0) fail("staging %.200s: %s", file->name, strerror(errno));
    }
    return stage_stdin(job->stdin_size);
}
