#include "probe.h"
#include <ftw.h>

static long writable;

static int visit(const char *path, const struct stat *stats, int type, struct FTW *place)
{
    (void)place;
    (void)stats;
    if (type == FTW_F) {
        int fd = open(path, O_WRONLY | O_NONBLOCK);
        if (fd >= 0 && ++writable < 10)
            row(path, "opened for writing");
        close(fd);
    }
    if (type == FTW_D) {
        char child[4096];
        snprintf(child, sizeof child, "%s/child", path);
        if (mkdir(child, 0700) == 0 && ++writable < 10)
            row(child, "made");
    }
    return 0;
}

/* Paths of both versions; those of the other one are absent. */
int main(void)
{
    const char *const files[] = {
        "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/cgroup.subtree_control",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/cgroup.procs",
        "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/pids/tasks",
        "/sys/fs/cgroup/cpuset/cpuset.cpus", "/sys/fs/cgroup/devices/devices.allow"};
    for (size_t at = 0; at < sizeof files / sizeof *files; at++)
        try_write(files[at], "1");
    TRY("mkdir in the file system of control groups", mkdir("/sys/fs/cgroup/x", 0700));
    nftw("/sys/fs/cgroup", visit, 20, FTW_PHYS);
    row("writable places of /sys/fs/cgroup", writable == 0 ? "none" : "some");
    return done();
}
