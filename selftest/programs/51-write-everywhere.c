#include "probe.h"

static void try_create(const char *directory)
{
    char path[128];
    snprintf(path, sizeof path, "%s/x", directory);
    errno = 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    row(directory, outcome_of(fd));
    if (fd >= 0)
        close(fd);
}

int main(void)
{
    const char *const directories[] = {
        ".", "/tmp", "/", "/etc", "/var/tmp", "/var", "/run", "/home", "/root", "/usr/bin",
        "/box", "/minos", "/dev", "/proc", "/sys", "/mnt", "/opt"};
    signal(SIGXFSZ, SIG_IGN);
    for (size_t at = 0; at < sizeof directories / sizeof *directories; at++)
        try_create(directories[at]);
    int fd = open("large", O_WRONLY | O_CREAT, 0600);
    TRY("fallocate 10 GB", fallocate(fd, 0, 0, 10L << 30));
    TRY("ftruncate 10 GB", ftruncate(fd, 10L << 30));
    try_open("/etc/passwd", O_WRONLY);
    try_open("/proc/self/exe", O_WRONLY);
    TRY("rename /etc/passwd", rename("/etc/passwd", "/etc/x"));
    TRY("unlink /bin/sh", unlink("/usr/bin/dash"));
    TRY("utimensat /etc/passwd", utimensat(AT_FDCWD, "/etc/passwd", NULL, 0));
    return done();
}
