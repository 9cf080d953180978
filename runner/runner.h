/*
 * Every function of the supervisor, grouped by the file that owns it. All others are static.
 * Quantities carry their unit in the name; sizes are in bytes.
 */
#ifndef MINOS_RUNNER_H
#define MINOS_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/types.h>
#include <time.h>

#define BOX "/box"

enum { KEY_SIZE = 64, NONCE_SIZE = 16, CHUNK_SIZE = 65536, PROBLEM_SIZE = 512 };

/* A file that the host stages: read-only below /box, or the program's own below its directory; or
   one that a launcher lends, of which the host sends us the key only. */
enum file_place { PLACE_BOX, PLACE_WORK, PLACE_LENT };
struct staged_file {
    const char *name;
    uint64_t size;
    bool executable;
    enum file_place place;
};

struct job {
    unsigned char nonce[NONCE_SIZE];
    bool merge_stderr;
    bool truncate_stdout;
    bool deny_shared_state;
    uid_t uid;
    gid_t gid;
    uint64_t cpu_kill_us, wall_kill_us;
    uint64_t stdout_cap, stderr_cap;
    uint64_t file_size, stack_size, address_space_size; /* address space: 0 is unlimited */
    uint64_t collect_cap;
    uint32_t open_files;
    uint32_t cpu_rlimit_s;
    uint64_t stdin_size;
    char **argv, **envp;
    const char *cwd;
    struct staged_file *files;
    size_t file_count;
    char **collect;
    size_t collect_count;
};

/* The started program, and our ends of its pipes; err_fd is -1 when stderr is merged. */
struct program {
    pid_t pid;
    int out_fd, err_fd;
    uint64_t started_ns;
};

enum cause { CAUSE_NONE, CAUSE_CPU, CAUSE_WALL, CAUSE_STDOUT };

struct result {
    int wait_status;
    enum cause cause;
    uint32_t oom_kills;
    uint64_t cpu_us, wall_us;
    uint64_t starved_us; /* Of a stop by wall time: how long others had the core. */
    uint64_t peak_memory;
    uint64_t stdout_size, stderr_size;
    bool stdout_truncated, stderr_truncated;
    char collect_problem[PROBLEM_SIZE];
};

/* runner.c: the order of events */

/* job.c: reading and checking the job */
void job_read(struct job *job);
ssize_t job_read_some(void *to, size_t size);
void job_read_exactly(void *to, size_t size);
bool job_is_plain_path(const char *name);

/* stage.c: files from the host; returns the program's standard input */
int stage(const struct job *job);

/* child.c: the setup of the program, and of helpers that act with its rights */
void child_start(const struct job *job, int stdin_fd, struct program *program);
int child_become(uid_t uid, gid_t gid);

/* seccomp.c: the filter of the program; 0 or -1 */
int seccomp_install(bool deny_shared_state);

/* watch.c: limits and output while the program runs, and its end with all its descendants */
void watch(const struct job *job, struct program *program, struct result *result);

/* counters.c: CPU time, memory and out-of-memory kills, from the cgroup */
void counters_open(bool are_inherited);
void counters_begin(uint64_t staged_size);
void counters_exclude_setup(uint64_t cpu_ns);
uint64_t counters_cpu_us(void);
void counters_sample_memory(void);
uint64_t counters_starved_us(void);
void counters_finish(struct result *result);
uint64_t clock_ns(clockid_t clock);

/* collect.c: files that the program made */
void collect(const struct job *job, char problem[PROBLEM_SIZE]);

/* report.c: frames to the host */
void put_be(unsigned char *at, size_t width, uint64_t value);
unsigned char *report_chunk(void);
bool report_is_busy(void);
void report_flush(void);
void report_wait(void);
void report_send_chunk(char type, size_t size);
void report_frame(char type, const void *payload, size_t size);
void report_result(const struct job *job, const struct result *result);
noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
long check(long result, const char *what);

#endif
