/*
 * The job, as src/sandbox/supervisor-job.ts writes it: "MINOSJB1", u32 header length, header; the
 * bytes of the files and of stdin follow and are left to stage.c. All integers are big-endian. Every
 * length is checked against what is left of the header, and the header must be used up exactly.
 */
#include "runner.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HEADER_SIZE_MAX = 1024 * 1024,
    FLAG_MERGE_STDERR = 1,
    FLAG_TRUNCATE_STDOUT = 2,
    FLAG_DENY_SHARED_STATE = 8,
    FLAGS_KNOWN = FLAG_MERGE_STDERR | FLAG_TRUNCATE_STDOUT | FLAG_DENY_SHARED_STATE,
};

static const char MAGIC[8] = "MINOSJB1";
static const uint64_t TIME_MAX_US = 24ull * 3600 * 1000000;

/* What is left of the header. */
struct cursor {
    unsigned char *at;
    size_t left;
};

/* What the host has sent, as read(2) does. Waits by itself, because where stdin and stdout are one
   socket, stdin does not block either. */
ssize_t job_read_some(void *to, size_t size) {
    for (;;) {
        struct pollfd ready = {STDIN_FILENO, POLLIN, 0};
        ssize_t got = read(STDIN_FILENO, to, size);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
        if (errno == EAGAIN && poll(&ready, 1, -1) < 0 && errno != EINTR) return -1;
    }
}

void job_read_exactly(void *to, size_t size) {
    for (unsigned char *at = to; size > 0;) {
        ssize_t got = job_read_some(at, size);
        if (check(got, "reading the job") == 0) fail("the host went away before the job was read");
        at += got;
        size -= (size_t)got;
    }
}

static unsigned char *take(struct cursor *header, size_t size) {
    if (size > header->left) fail("the job header is cut short");
    unsigned char *taken = header->at;
    header->at += size;
    header->left -= size;
    return taken;
}

static uint64_t take_be(struct cursor *header, size_t width) {
    const unsigned char *bytes = take(header, width);
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | bytes[i];
    return value;
}

/* The length before a string is worth two bytes: moved over it, the string has room for its NUL. */
static char *take_string(struct cursor *header) {
    size_t length = (size_t)take_be(header, 2);
    char *bytes = (char *)take(header, length);
    if (memchr(bytes, '\0', length) != NULL) fail("a string of the job contains NUL");
    char *string = memmove(bytes - 2, bytes, length);
    string[length] = '\0';
    return string;
}

static char **take_strings(struct cursor *header, size_t *count) {
    *count = (size_t)take_be(header, 2);
    char **strings = calloc(*count + 1, sizeof *strings);
    if (strings == NULL) fail("no memory for the job");
    for (size_t i = 0; i < *count; i++) strings[i] = take_string(header);
    return strings;
}

static void take_limits(struct cursor *header, struct job *job) {
    job->cpu_kill_us = take_be(header, 8);
    job->wall_kill_us = take_be(header, 8);
    job->stdout_cap = take_be(header, 8);
    job->stderr_cap = take_be(header, 8);
    job->file_size = take_be(header, 8);
    job->stack_size = take_be(header, 8);
    job->address_space_size = take_be(header, 8);
    job->collect_cap = take_be(header, 8);
    job->open_files = (uint32_t)take_be(header, 4);
    job->cpu_rlimit_s = (uint32_t)take_be(header, 4);
    if (job->cpu_kill_us == 0 || job->cpu_kill_us > TIME_MAX_US) fail("a CPU limit out of range");
    if (job->wall_kill_us == 0 || job->wall_kill_us > TIME_MAX_US) fail("a wall limit out of range");
    if (job->cpu_rlimit_s == 0) fail("an RLIMIT_CPU of 0");
    if (job->open_files < 4 || job->open_files > 1u << 20) fail("an open files limit out of range");
    if (job->stack_size == 0) fail("a stack limit of 0");
}

static void take_files(struct cursor *header, struct job *job) {
    job->file_count = (size_t)take_be(header, 2);
    job->files = calloc(job->file_count + 1, sizeof *job->files);
    if (job->files == NULL) fail("no memory for the job");
    for (size_t i = 0; i < job->file_count; i++) {
        struct staged_file *file = &job->files[i];
        file->name = take_string(header);
        uint64_t mode = take_be(header, 1), place = take_be(header, 1);
        file->size = take_be(header, 8);
        if (!job_is_plain_path(file->name)) fail("a file name that is not a plain path");
        if (mode > 1 || place > PLACE_LENT) fail("an unknown mode or place of a file");
        file->executable = mode == 1;
        file->place = (enum file_place)place;
    }
}

static void take_header(struct cursor *header, struct job *job) {
    memcpy(job->nonce, take(header, NONCE_SIZE), NONCE_SIZE);
    uint64_t flags = take_be(header, 4);
    if ((flags & ~(uint64_t)FLAGS_KNOWN) != 0) fail("a job with unknown flags");
    job->merge_stderr = (flags & FLAG_MERGE_STDERR) != 0;
    job->truncate_stdout = (flags & FLAG_TRUNCATE_STDOUT) != 0;
    job->deny_shared_state = (flags & FLAG_DENY_SHARED_STATE) != 0;
    job->uid = (uid_t)take_be(header, 4);
    job->gid = (gid_t)take_be(header, 4);
    /* (uid_t)-1 means "unchanged" to setresuid(2): the program would stay root. */
    if (job->uid == 0 || job->uid == (uid_t)-1) fail("a uid that a program must not have");
    if (job->gid == 0 || job->gid == (gid_t)-1) fail("a gid that a program must not have");
    take_limits(header, job);
    job->stdin_size = take_be(header, 8);

    size_t count;
    job->argv = take_strings(header, &count);
    if (count == 0 || job->argv[0][0] != '/') fail("a command that is not an absolute path");
    job->envp = take_strings(header, &count);
    for (size_t i = 0; i < count; i++)
        if (strchr(job->envp[i], '=') == NULL) fail("an environment entry without '='");
    job->cwd = take_string(header);
    if (job->cwd[0] != '/') fail("a directory that is not an absolute path");
    take_files(header, job);
    job->collect = take_strings(header, &job->collect_count);
    for (size_t i = 0; i < job->collect_count; i++)
        if (!job_is_plain_path(job->collect[i])) fail("a name to collect that is not a plain path");
    if (header->left != 0) fail("a job header that is too long");
}

/* Relative, and no segment that is empty, "." or "..". */
bool job_is_plain_path(const char *name) {
    for (;;) {
        size_t length = strcspn(name, "/");
        if (length == 0 || (length == 1 && name[0] == '.')) return false;
        if (length == 2 && name[0] == '.' && name[1] == '.') return false;
        if (name[length] == '\0') return true;
        name += length + 1;
    }
}

void job_read(struct job *job) {
    unsigned char start[sizeof MAGIC + 4];
    job_read_exactly(start, sizeof start);
    if (memcmp(start, MAGIC, sizeof MAGIC) != 0) fail("this is not a job of version 1");
    struct cursor length = {start + sizeof MAGIC, 4};
    struct cursor header = {NULL, (size_t)take_be(&length, 4)};
    if (header.left > HEADER_SIZE_MAX) fail("a job header over 1 MiB");
    header.at = malloc(header.left + 1);
    if (header.at == NULL) fail("no memory for the job");
    job_read_exactly(header.at, header.left);
    take_header(&header, job);
}
