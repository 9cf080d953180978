/*
 * What an execution used, from the container's own cgroup (version 1 or 2).
 *
 * CPU time is the cgroup's, because a process whose parent ignores SIGCHLD vanishes from every
 * rusage. From it goes what was used before the program began (making a container costs 25 ms in the
 * same cgroup), what we use ourselves, and what our child used between fork and exec.
 *
 * Memory is the larger of two figures.
 *  - The most that the cgroup held at once, looked at every 10 ms: anonymous and shared memory, the
 *    files in tmpfs among it, over the baseline. Page cache is not in it: reading a 48 MB file of the
 *    image costs the program nothing, whether or not somebody read it before.
 *  - ru_maxrss of the largest process. A peak between two looks of one process is in it exactly.
 * The kernel's own peak counters (max_usage_in_bytes, memory.peak) are not used: they hold page
 * cache and kernel memory, of which nobody recorded how much there was at the peak.
 *
 * memory.stat may lag behind by some hundred kB for each CPU, so the baseline is never taken as less
 * than what was staged.
 */
#include "runner.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CGROUP "/sys/fs/cgroup/"

enum { FILE_TEXT_SIZE = 8192, FIRST_INHERITED_FD = 4 };

/* Where a counter is found: the number after a word at the start of a line, or of two lines their
   sum; without a word, the whole file is the number. */
struct place {
    const char *path;
    const char *keys[2];
    uint64_t factor;
};

enum { PLACES_MAX = 5 }; /* With an end. */

static const struct place CPU_NS[PLACES_MAX] = {
    {CGROUP "cpu.stat", {"usage_usec"}, 1000},
    {CGROUP "cpuacct/cpuacct.usage", {NULL}, 1},
    {CGROUP "cpu,cpuacct/cpuacct.usage", {NULL}, 1},
    {CGROUP "cpuacct,cpu/cpuacct.usage", {NULL}, 1},
};
static const struct place MEMORY[PLACES_MAX] = {
    {CGROUP "memory.stat", {"anon", "shmem"}, 1},
    {CGROUP "memory/memory.stat", {"rss", "shmem"}, 1},
};
static const struct place OOM_KILLS[PLACES_MAX] = {
    {CGROUP "memory.events", {"oom_kill"}, 1},
    {CGROUP "memory/memory.oom_control", {"oom_kill"}, 1},
};
/* Whether the container's own limit was in the way: version 2 counts that. Of version 1 the failcnt stays
   0 (Linux 6.18), so there it is told by the most that was ever charged, page cache too, and the limit. */
static const struct place CHARGED[PLACES_MAX] = {
    {CGROUP "memory.events", {"oom"}, 1},
    {CGROUP "memory/memory.max_usage_in_bytes", {NULL}, 1},
};
static const struct place LIMIT[PLACES_MAX] = {
    {CGROUP "memory.events", {"oom"}, 1},
    {CGROUP "memory/memory.limit_in_bytes", {NULL}, 1},
};

/* Who is refused a page at the limit is that close to it. */
enum { REFUSED_SIZE = 1 << 20 };

struct counter {
    int fd;
    const struct place *place;
};

static struct counter cpu, memory, oom, charged, limit;
static uint64_t cpu_base_ns, cpu_self_base_ns, setup_ns;
static uint64_t memory_base, memory_peak;
static uint64_t oom_base, charged_base;

uint64_t clock_ns(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) < 0) fail("cannot read clock %d", (int)clock);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The number, or -1 when the text does not have it. */
static int64_t find_number(const char *text, const char *key) {
    size_t length = strlen(key);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return (int64_t)strtoull(line + length + 1, NULL, 10);
    }
    return -1;
}

static int64_t find_value(const char *text, const struct place *place) {
    if (place->keys[0] == NULL) return *text < '0' || *text > '9' ? -1 : (int64_t)strtoull(text, NULL, 10);
    int64_t sum = find_number(text, place->keys[0]);
    if (sum < 0 || place->keys[1] == NULL) return sum;
    int64_t second = find_number(text, place->keys[1]);
    return second < 0 ? second : sum + second;
}

/* Which of the places an inherited file is, its content tells when it is read first. */
static uint64_t read_counter(struct counter *counter) {
    char text[FILE_TEXT_SIZE];
    ssize_t length = check(pread(counter->fd, text, sizeof text - 1, 0), counter->place->path);
    text[length] = '\0';
    for (const struct place *place = counter->place; place->path != NULL; place++) {
        int64_t value = find_value(text, place);
        if (value < 0) continue;
        counter->place = place;
        return (uint64_t)value * place->factor;
    }
    fail("%s does not say what it should", counter->place->path);
}

static struct counter open_counter(const struct place *place, const char *what) {
    for (; place->path != NULL; place++) {
        int fd = open(place->path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) return (struct counter){fd, place};
    }
    fail("no cgroup counter for %s", what);
}

/* The files of the container's cgroup: below CGROUP, or open already, from FIRST_INHERITED_FD on. */
void counters_open(bool are_inherited) {
    const struct { struct counter *counter; const struct place *places; const char *what; } all[] = {
        {&cpu, CPU_NS, "CPU time"},
        {&memory, MEMORY, "memory"},
        {&oom, OOM_KILLS, "out-of-memory kills"},
        {&charged, CHARGED, "charged memory"},
        {&limit, LIMIT, "the memory limit"},
    };
    for (int i = 0; i < 5; i++)
        *all[i].counter = are_inherited
            ? (struct counter){FIRST_INHERITED_FD + i, all[i].places}
            : open_counter(all[i].places, all[i].what);
}

/* Our own clock first: reading it makes the kernel book our time in the cgroup as well. */
static uint64_t cpu_ns_over(uint64_t base_ns, uint64_t self_base_ns) {
    uint64_t self_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - self_base_ns + setup_ns;
    uint64_t all_ns = read_counter(&cpu) - base_ns;
    return all_ns > self_ns ? all_ns - self_ns : 0;
}

uint64_t counters_cpu_us(void) {
    return cpu_ns_over(cpu_base_ns, cpu_self_base_ns) / 1000;
}

void counters_begin(uint64_t staged_size) {
    memory_base = read_counter(&memory);
    if (memory_base < staged_size) memory_base = staged_size;
    oom_base = read_counter(&oom);
    charged_base = read_counter(&charged);
    cpu_self_base_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    cpu_base_ns = read_counter(&cpu);
}

void counters_exclude_setup(uint64_t cpu_ns) {
    setup_ns = cpu_ns;
}

void counters_sample_memory(void) {
    uint64_t now = read_counter(&memory);
    if (now > memory_base && now - memory_base > memory_peak) memory_peak = now - memory_base;
}

/* Nanoseconds that a task was ready to run and did not; 0 where the kernel does not count, or the
   task is gone. */
static uint64_t run_delay_ns(const char *pid, const char *tid) {
    char path[sizeof "/proc//task//schedstat" + 2 * sizeof(((struct dirent *)0)->d_name)];
    char text[128] = "";
    uint64_t delay_ns = 0;
    snprintf(path, sizeof path, "/proc/%s/task/%s/schedstat", pid, tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    if (read(fd, text, sizeof text - 1) < 0 || sscanf(text, "%*u %" SCNu64, &delay_ns) != 1) delay_ns = 0;
    check(close(fd), "close");
    return delay_ns;
}

static uint64_t longest_run_delay_ns(const char *pid) {
    char path[sizeof "/proc//task" + sizeof(((struct dirent *)0)->d_name)];
    uint64_t longest_ns = 0;
    snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL) return 0;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        uint64_t delay_ns = run_delay_ns(pid, task->d_name);
        if (delay_ns > longest_ns) longest_ns = delay_ns;
    }
    check(closedir(tasks), "closedir");
    return longest_ns;
}

/* How long the program's tasks waited for a core that was not theirs: the longest wait of one that
   lives, less the CPU time of all, since they may have waited for one another. Our own time counts
   as the program's: it can keep us busy, with output a byte at a time, but not others. */
uint64_t counters_starved_us(void) {
    uint64_t longest_ns = 0, cpu_ns = read_counter(&cpu) - cpu_base_ns;
    DIR *processes = opendir("/proc");
    if (processes == NULL) return 0;
    for (struct dirent *process; (process = readdir(processes)) != NULL;) {
        if (process->d_name[0] < '1' || process->d_name[0] > '9' || atoi(process->d_name) == 1) continue;
        uint64_t delay_ns = longest_run_delay_ns(process->d_name);
        if (delay_ns > longest_ns) longest_ns = delay_ns;
    }
    check(closedir(processes), "closedir");
    return longest_ns > cpu_ns ? (longest_ns - cpu_ns) / 1000 : 0;
}

/* The kernel kills in our cgroup also when another above it is short of memory, or the machine. */
static bool has_met_limit(void) {
    uint64_t now = read_counter(&charged);
    return charged.place->keys[0] != NULL ? now > charged_base : now + REFUSED_SIZE >= read_counter(&limit);
}

/* Call when every process has been waited for: only then are all counters whole. */
void counters_finish(struct result *result) {
    struct rusage children;
    check(getrusage(RUSAGE_CHILDREN, &children), "getrusage");
    uint64_t largest = (uint64_t)children.ru_maxrss * 1024;
    result->peak_memory = memory_peak > largest ? memory_peak : largest;
    result->cpu_us = counters_cpu_us();
    result->oom_kills = (uint32_t)(read_counter(&oom) - oom_base);
    if (result->oom_kills > 0 && !has_met_limit())
        fail("the machine ran out of memory, and the program was killed for it");
}
