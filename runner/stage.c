/*
 * Staging: the bytes that follow the job's header, in order, into files. Files below /box are root's
 * and read-only. The program's own directory is closed to us (root without CAP_DAC_OVERRIDE), so a
 * helper under the program's uid writes there, reading the same stdin. A file that the launcher has
 * is not copied: it puts it over an empty one of ours (launcher/lending.c).
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a launcher made us. */
enum { LAUNCHER_FD = 3 };

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

/* What we get must be what the host says: a program that cannot be executed is held against it. */
static int borrow_file(const struct staged_file *file) {
    const mode_t mode = file->executable ? 0555 : 0444;
    char wish[KEY_SIZE + 1 + PATH_MAX], path[PATH_MAX];
    struct stat lent;
    int error;
    if (write_file(BOX, file->name, mode, 0) < 0) return -1;
    job_read_exactly(wish, KEY_SIZE);
    wish[KEY_SIZE] = '\0';
    size_t size = KEY_SIZE + 1 + (size_t)snprintf(wish + KEY_SIZE + 1, PATH_MAX, "%s", file->name) + 1;
    check(send(LAUNCHER_FD, wish, size, MSG_NOSIGNAL), "asking the launcher");
    if (check(recv(LAUNCHER_FD, &error, sizeof error, 0), "asking the launcher") != sizeof error)
        fail("the launcher lends nothing");
    if ((errno = error) != 0) return -1;
    snprintf(path, sizeof path, BOX "/%s", file->name);
    check(stat(path, &lent), path);
    if (!S_ISREG(lent.st_mode) || (uint64_t)lent.st_size != file->size || (lent.st_mode & mode) != mode)
        fail("what was lent as %.200s is something else", file->name);
    return 0;
}

static int stage_file(const struct job *job, const struct staged_file *file) {
    switch (file->place) {
    case PLACE_BOX: return write_file(BOX, file->name, file->executable ? 0555 : 0444, file->size);
    case PLACE_WORK: return write_work_file(job, file);
    case PLACE_LENT: return borrow_file(file);
    }
    errno = EINVAL;
    return -1;
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
    for (size_t i = 0; i < job->file_count; i++)
        if (stage_file(job, &job->files[i]) < 0)
            fail("staging %.200s: %s", job->files[i].name, strerror(errno));
    return stage_stdin(job->stdin_size);
}
