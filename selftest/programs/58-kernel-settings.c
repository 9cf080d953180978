#include "probe.h"
#include <ftw.h>

static long writable;

static int visit(const char *path, const struct stat *stats, int type, struct FTW *place)
{
    (void)place;
    if (type != FTW_F || !S_ISREG(stats->st_mode))
        return 0;
    int fd = open(path, O_WRONLY | O_NONBLOCK);
    if (fd < 0)
        return 0;
    close(fd);
    if (++writable < 10)
        row(path, "opened for writing");
    return 0;
}

int main(void)
{
    const char *const files[] = {
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory",
        "/proc/sys/kernel/ns_last_pid", "/proc/sys/fs/binfmt_misc/register",
        "/proc/sysrq-trigger", "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups",
        "/proc/self/loginuid", "/proc/self/attr/current", "/proc/self/timens_offsets",
        "/proc/irq/default_smp_affinity", "/proc/mtrr", "/proc/kcore", "/proc/keys"};
    for (size_t at = 0; at < sizeof files / sizeof *files; at++)
        try_write(files[at], "0 0 1");
    nftw("/sys", visit, 20, FTW_PHYS);
    nftw("/proc/sys", visit, 20, FTW_PHYS);
    row("writable files of /sys and /proc/sys", writable == 0 ? "none" : "some");
    return done();
}
