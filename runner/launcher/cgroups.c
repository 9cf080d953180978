/*
 * Cgroups. The worker has made a directory for us in each hierarchy and says what for:
 *
 *   m memory   p processes   c CPU   a CPU time   s cpuset   u version 2
 *
 * Those of cpuset and CPU we join ourselves: programs are as nice as can be to their supervisor, but
 * others on the machine must not have the core before them, only as much of it as we.
 *
 * In version 1 a hierarchy may serve for several; in version 2 one directory serves for all, and
 * its parent carries the cpuset. Each container gets a new directory in each, named by its number.
 *
 * The child moves itself, by writing to `tasks`, or is born in its place (version 2): a write of ours
 * to cgroup.procs would take a lock of the whole machine, 13 ms at worst.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HIERARCHIES_MAX = 8, VALUE_SIZE = 64, CPU_PERIOD_US = 100000 };

static struct hierarchy {
    int fd;
    const char *roles;
} hierarchies[HIERARCHIES_MAX];
static size_t hierarchy_count;

static bool serves(const struct hierarchy *hierarchy, char role) {
    return memchr(hierarchy->roles, role, strcspn(hierarchy->roles, "=")) != NULL;
}

static bool is_version_2(void) {
    return serves(&hierarchies[0], 'u');
}

/* 0, or -1 with errno. */
static int write_file(int directory, const char *name, const char *value) {
    int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t length = (ssize_t)strlen(value), written = write(fd, value, (size_t)length);
    int error = errno;
    close(fd);
    errno = written < 0 ? error : EIO;
    return written == length ? 0 : -1;
}

static int write_number(int directory, const char *name, uint64_t number) {
    char value[VALUE_SIZE];
    snprintf(value, sizeof value, "%" PRIu64, number);
    return write_file(directory, name, value);
}

void cgroups_open(char *const *arguments) {
    for (; *arguments != NULL; arguments++) {
        const char *path = strchr(*arguments, '=');
        if (path == NULL || hierarchy_count == HIERARCHIES_MAX) die("a bad cgroup: %s\n", *arguments);
        int fd = (int)must(open(path + 1, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path + 1);
        struct hierarchy hierarchy = {fd, *arguments};
        if (serves(&hierarchy, 's') || serves(&hierarchy, 'c'))
            must(write_file(fd, "tasks", "0"), "joining a cgroup");
        if (serves(&hierarchy, 's') && strcspn(*arguments, "=") == 1) must(close(fd), "close");
        else hierarchies[hierarchy_count++] = hierarchy;
    }
    if (hierarchy_count == 0) die("no cgroup\n");
}

static int limit_v1(int fd, const struct hierarchy *hierarchy, const struct request *request) {
    if (serves(hierarchy, 'm')) {
        if (write_number(fd, "memory.limit_in_bytes", request->memory_max) < 0) return -1;
        /* Absent where the kernel does not account for swap. */
        if (write_number(fd, "memory.memsw.limit_in_bytes", request->memory_max) < 0 && errno != ENOENT)
            return -1;
    }
    if (serves(hierarchy, 'p') && write_number(fd, "pids.max", request->processes_max) < 0) return -1;
    if (serves(hierarchy, 'c') && request->cpu_quota_us > 0) {
        if (write_number(fd, "cpu.cfs_period_us", CPU_PERIOD_US) < 0) return -1;
        if (write_number(fd, "cpu.cfs_quota_us", request->cpu_quota_us) < 0) return -1;
    }
    return 0;
}

static int limit_v2(int fd, const struct request *request) {
    char quota[VALUE_SIZE];
    if (write_number(fd, "memory.max", request->memory_max) < 0) return -1;
    if (write_number(fd, "memory.swap.max", 0) < 0 && errno != ENOENT) return -1;
    if (write_number(fd, "pids.max", request->processes_max) < 0) return -1;
    if (request->cpu_quota_us == 0) return 0;
    snprintf(quota, sizeof quota, "%" PRIu64 " %d", request->cpu_quota_us, CPU_PERIOD_US);
    return write_file(fd, "cpu.max", quota);
}

static int open_counters(int fd, const struct hierarchy *hierarchy, int counters[COUNTERS]) {
    static const struct { char role; const char *names[2]; } files[COUNTERS] = {
        {'a', {"cpuacct.usage", "cpu.stat"}},
        {'m', {"memory.stat", "memory.stat"}},
        {'m', {"memory.oom_control", "memory.events"}},
        {'m', {"memory.max_usage_in_bytes", "memory.events"}},
        {'m', {"memory.limit_in_bytes", "memory.events"}},
    };
    for (size_t i = 0; i < COUNTERS; i++) {
        if (!is_version_2() && !serves(hierarchy, files[i].role)) continue;
        counters[i] = openat(fd, files[i].names[is_version_2()], O_RDONLY | O_CLOEXEC);
        if (counters[i] < 0) return -1;
    }
    return 0;
}

/* A hierarchy of the quota alone is left out when there is none. */
static bool is_needed(const struct hierarchy *hierarchy, const struct request *request) {
    return request->cpu_quota_us > 0 || strncmp(hierarchy->roles, "c=", 2) != 0;
}

/* 0, or -1 with errno; then what was made is there, to be closed and removed. */
int cgroups_create(unsigned number, const struct request *request, struct cgroup *cgroup) {
    char name[VALUE_SIZE];
    snprintf(name, sizeof name, "%u", number);
    *cgroup = (struct cgroup){.counters = {-1, -1, -1, -1, -1}};
    for (size_t i = 0; i < hierarchy_count; i++) {
        const struct hierarchy *hierarchy = &hierarchies[i];
        if (!is_needed(hierarchy, request)) continue;
        if (mkdirat(hierarchy->fd, name, 0755) < 0) return -1;
        int fd = openat(hierarchy->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) return -1;
        cgroup->directories[cgroup->count++] = fd;
        int limited = is_version_2() ? limit_v2(fd, request) : limit_v1(fd, hierarchy, request);
        if (limited < 0 || open_counters(fd, hierarchy, cgroup->counters) < 0) return -1;
    }
    for (size_t i = 0; i < COUNTERS; i++)
        if (cgroup->counters[i] < 0) {
            errno = ENODEV;
            return -1;
        }
    return 0;
}

/* Called by the child, of version 1. */
int cgroups_join(const struct cgroup *cgroup) {
    for (size_t i = 0; !is_version_2() && i < cgroup->count; i++)
        if (write_file(cgroup->directories[i], "tasks", "0") < 0) return -1;
    return 0;
}

/* Where the child shall be born; -1 in version 1. */
int cgroups_clone_target(const struct cgroup *cgroup) {
    return is_version_2() ? cgroup->directories[0] : -1;
}

void cgroups_close(const struct cgroup *cgroup) {
    for (size_t i = 0; i < cgroup->count; i++) must(close(cgroup->directories[i]), "close");
    for (size_t i = 0; i < COUNTERS; i++)
        if (cgroup->counters[i] >= 0) must(close(cgroup->counters[i]), "close");
}

/* False, with errno, while one of its directories is still in use. */
bool cgroups_remove(unsigned number) {
    char name[VALUE_SIZE];
    bool is_gone = true;
    snprintf(name, sizeof name, "%u", number);
    for (size_t i = 0; i < hierarchy_count; i++)
        if (unlinkat(hierarchies[i].fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT) is_gone = false;
    return is_gone;
}
