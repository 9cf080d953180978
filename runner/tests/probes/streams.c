/* What can be done with 0, 1 and 2. */
#include "probe.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static char block[1 << 16];

static int flood(int fd, long size) {
    memset(block, 'x', sizeof block);
    while (size != 0) {
        size_t part = size > 0 && size < (long)sizeof block ? (size_t)size : sizeof block;
        ssize_t written = write(fd, block, part);
        if (written < 0) return 1;
        if (size > 0) size -= written;
    }
    return 0;
}

static int flood_stdout(const char *argument) {
    return flood(1, -1) + (argument == NULL);
}

static int write_stdout(const char *argument) {
    return flood(1, atol(argument));
}

static int write_stderr(const char *argument) {
    int failed = flood(2, atol(argument));
    puts("right");
    return failed;
}

static int write_both(const char *argument) {
    for (int i = 0; i < atoi(argument); i++)
        if (write(1, "o", 1) != 1 || write(2, "e", 1) != 1) return 1;
    return 0;
}

static int echo(const char *argument) {
    (void)argument;
    ssize_t got;
    while ((got = read(0, block, sizeof block)) > 0)
        if (write(1, block, (size_t)got) != got) return 1;
    return got < 0;
}

/* Twice the same, which a pipe could not do; and by the name that it must not have. */
static int look_at_stdin(const char *argument) {
    (void)argument;
    struct stat file;
    printf("seek=%ld\n", (long)lseek(0, 0, SEEK_END));
    lseek(0, 0, SEEK_SET);
    tell("fstat", fstat(0, &file));
    printf("regular=%d\nlinks=%d\n", S_ISREG(file.st_mode), (int)file.st_nlink);
    tell("name", open("/box/.stdin", O_RDONLY));
    tell("write", write(0, "x", 1));
    tell("reopen", open("/proc/self/fd/0", O_RDWR));
    return 0;
}

static int close_all(const char *argument) {
    (void)argument;
    for (int fd = 0; fd < 3; fd++) close(fd);
    for (int fd = 0; fd < 3; fd++) open("/dev/null", O_RDWR);
    puts("lost");
    return 0;
}

static int by_name(const char *argument) {
    (void)argument;
    FILE *out = fopen("/dev/stdout", "w"), *err = fopen("/dev/stderr", "w");
    if (out == NULL || err == NULL) return 1;
    fputs("out", out);
    fputs("err", err);
    return fclose(out) + fclose(err);
}

/* Byte for byte what the supervisor says when all went well, and Docker's stream header before it. */
static int fake_result(const char *argument) {
    (void)argument;
    static const char frames[] = "\1\0\0\0\0\0\0\x5bS\0\0\0\0R\0\0\0\x56";
    char result[86] = {0};
    if (write(1, frames, sizeof frames - 1) < 0 || write(1, result, sizeof result) < 0) return 1;
    return 0;
}

/* The kernel sends a signal when the pipe is ready: to whom is the program's to say, but for us. */
static int signal_by_pipe(const char *argument) {
    (void)argument;
    tell("owner", fcntl(1, F_SETOWN, 1));
    tell("signal", fcntl(1, F_SETSIG, SIGKILL));
    tell("async", fcntl(1, F_SETFL, O_ASYNC));
    for (int i = 0; i < 100; i++) puts("x");
    return 0;
}

static int list_descriptors(const char *argument) {
    (void)argument;
    for (int fd = 0; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0) printf("%d ", fd);
    return 0;
}

static int drip(const char *argument) {
    (void)argument;
    while (write(1, ".", 1) == 1) usleep(100000);
    return 1;
}

static const struct deed DEEDS[] = {
    {"flood", flood_stdout}, {"stdout", write_stdout}, {"stderr", write_stderr},
    {"both", write_both}, {"echo", echo}, {"stdin", look_at_stdin}, {"close", close_all},
    {"by-name", by_name}, {"fake-result", fake_result}, {"signal-by-pipe", signal_by_pipe},
    {"descriptors", list_descriptors}, {"drip", drip},
};
PROBE(DEEDS)
