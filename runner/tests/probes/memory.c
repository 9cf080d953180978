/* Ways to use memory; the argument is in MiB. */
#include "probe.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t mib(const char *argument) {
    return (size_t)atoi(argument) << 20;
}

static int touch(const char *argument) {
    char *bytes = malloc(mib(argument));
    if (bytes == NULL) return 1;
    memset(bytes, 1, mib(argument));
    return bytes[mib(argument) / 2] == 1 ? 0 : 1;
}

/* A peak that is over before anybody can look twice. */
static int flash(const char *argument) {
    void *bytes = mmap(NULL, mib(argument), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return bytes == MAP_FAILED ? 1 : munmap(bytes, mib(argument));
}

static int reserve(const char *argument) {
    return mmap(NULL, mib(argument), PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED;
}

static int share(const char *argument) {
    char *bytes = mmap(NULL, mib(argument), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) return 1;
    memset(bytes, 1, mib(argument));
    usleep(50000);
    return 0;
}

static int fill(int fd, const char *argument) {
    static char block[1 << 20];
    memset(block, 1, sizeof block);
    for (int i = 0; i < atoi(argument); i++)
        if (write(fd, block, sizeof block) != sizeof block) return 1;
    usleep(50000);
    return 0;
}

static int in_memfd(const char *argument) {
    return fill(memfd_create("x", 0), argument);
}

static int in_work(const char *argument) {
    return fill(open("/w/x", O_WRONLY | O_CREAT, 0600), argument);
}

static int read_file(const char *argument) {
    (void)argument;
    static char block[1 << 16];
    int fd = open("/probes/48MiB", O_RDONLY);
    ssize_t got;
    long sum = 0;
    while ((got = read(fd, block, sizeof block)) > 0) sum += got;
    usleep(50000);
    return sum == 48 << 20 ? 0 : 1;
}

static int in_child(const char *argument) {
    pid_t child = fork();
    if (child == 0) return touch(argument);
    waitpid(child, NULL, 0);
    puts("right");
    return 0;
}

static int in_children(const char *argument) {
    int ends[2];
    char byte;
    if (pipe(ends) < 0) return 1;
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            close(ends[0]);
            touch(argument);
            sleep(1);
            _exit(0);
        }
    close(ends[1]);
    return read(ends[0], &byte, 1) != 0;
}

static const struct deed DEEDS[] = {
    {"touch", touch}, {"flash", flash}, {"reserve", reserve}, {"share", share},
    {"memfd", in_memfd}, {"work", in_work}, {"read-file", read_file}, {"child", in_child},
    {"children", in_children},
};
PROBE(DEEDS)
