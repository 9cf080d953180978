/* What a program can leave under the names that are collected, and where it can write. */
#include "probe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int make(const char *path, const char *content, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, content, strlen(content)) < 0 || fchmod(fd, mode) < 0) return 1;
    return close(fd);
}

static int good(const char *argument) {
    (void)argument;
    return make("a.out", "ELF", 0755) + mkdir("d", 0700) + make("d/note", "text", 0644) +
           make("empty", "", 0600);
}

static int fifo(const char *argument) {
    return mkfifo(argument, 0600);
}

static int directory(const char *argument) {
    return mkdir(argument, 0700);
}

static int link_to_shadow(const char *argument) {
    return symlink("/etc/passwd", argument);
}

static int link_to_supervisor(const char *argument) {
    return symlink("/proc/1/fd/1", argument);
}

static int link_in_the_way(const char *argument) {
    (void)argument;
    return symlink("/etc", "d");
}

static int hard_link(const char *argument) {
    return make("other", "x", 0644) + link("other", argument);
}

static int closed(const char *argument) {
    return make(argument, "x", 0);
}

static int large(const char *argument) {
    int fd = open(argument, O_WRONLY | O_CREAT, 0644);
    return ftruncate(fd, 1 << 20);
}

static int socket_file(const char *argument) {
    return mknod(argument, S_IFSOCK | 0600, 0);
}

static int write_anywhere(const char *argument) {
    (void)argument;
    static const char *const places[] = {
        "/x", "/etc/x", "/var/tmp/x", "/run/x", "/home/x", "/box/x", "/probes/x", "/dev/x",
        "/dev/shm/x", "/dev/mqueue/x", "/minos/x", "/sys/fs/cgroup/x", "/proc/x",
        "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/uid_map",
        "/sys/fs/cgroup/memory/cgroup.procs", "/sys/fs/cgroup/cgroup.procs",
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        int fd = open(places[i], O_WRONLY | O_CREAT, 0600);
        if (fd >= 0 && write(fd, "0 0 1", 5) > 0) printf("wrote %s\n", places[i]);
    }
    tell("work", open("/w/x", O_WRONLY | O_CREAT, 0600));
    tell("tmp", open("/tmp/y", O_WRONLY | O_CREAT, 0600));
    return 0;
}

static int beyond_limit(const char *argument) {
    (void)argument;
    int fd = open("x", O_WRONLY | O_CREAT, 0600);
    while (write(fd, "0123456789", 10) == 10) {}
    return 1;
}

static int work_files(const char *argument) {
    (void)argument;
    struct stat file;
    tell("stat", stat("in/data", &file));
    printf("mine=%d\nmode=%o\n", file.st_uid == getuid(), file.st_mode & 07777u);
    tell("append", open("in/data", O_WRONLY | O_APPEND));
    tell("remove", unlink("in/data"));
    tell("box", stat("/box/main", &file));
    printf("box.root=%d\nbox.mode=%o\n", file.st_uid == 0, file.st_mode & 07777u);
    tell("box.write", open("/box/main", O_WRONLY));
    tell("box.remove", unlink("/box/main"));
    return 0;
}

static const struct deed DEEDS[] = {
    {"good", good}, {"fifo", fifo}, {"directory", directory}, {"link", link_to_shadow},
    {"link-to-supervisor", link_to_supervisor}, {"link-in-the-way", link_in_the_way},
    {"hard-link", hard_link}, {"closed", closed}, {"large", large}, {"socket", socket_file},
    {"write-anywhere", write_anywhere}, {"beyond-limit", beyond_limit}, {"work-files", work_files},
};
PROBE(DEEDS)
