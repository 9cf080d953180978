/*
 * Every function of the launcher, grouped by the file that owns it. All others are static.
 * Quantities carry their unit in the name; sizes are in bytes.
 */
#ifndef MINOS_LAUNCHER_H
#define MINOS_LAUNCHER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <sys/resource.h>
#include <sys/types.h>

#define SUPERVISOR "/minos/supervisor"

enum { LIMITS_MAX = 16, MOUNT_DATA_SIZE = 256, COUNTERS = 5 };

/* What a supervisor has open, beside its connection at 0 and 1 and /dev/null at 2. Its own file is
   closed by exec. Here these are /dev/null, so that nothing is in the way. */
enum { MOUTH_FD = 3, FIRST_COUNTER_FD, SUPERVISOR_FD = FIRST_COUNTER_FD + COUNTERS, FIRST_FREE_FD };

/* A tmpfs: flags and data of mount(2). */
struct memory_files {
    unsigned long flags;
    char data[MOUNT_DATA_SIZE];
};

/* What the container of one execution is made for. */
struct request {
    uint64_t memory_max, processes_max;
    uint64_t cpu_quota_us; /* Of every CPU_PERIOD_US; 0 is no quota. */
    uint64_t shared_memory; /* 0: no /dev/shm. */
    uint64_t oom_score;
    struct memory_files box, work;
    size_t limit_count;
    struct {
        unsigned resource;
        struct rlimit value;
    } limits[LIMITS_MAX];
};

/* The cgroup of one container: its directories, and the files that the supervisor reads. */
struct cgroup {
    int directories[8];
    size_t count;
    int counters[COUNTERS]; /* CPU time, memory, out-of-memory kills, charged memory, limit. */
};

/* launcher.c: the order of events; containers and their connections */
noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
long must(long result, const char *what);

/* request.c: reading and checking a request; null, or what is wrong with it */
bool request_is_empty(int connection);
const char *request_read(int connection, struct request *request);

/* room.c: what all containers of this launcher share */
void room_open(const char *root, const char *store);
void room_load_filter(int fd);
const struct sock_fprog *room_filter(void);
int room_landlock(void);

/* lending.c: files of the worker's store, put into containers that ask for them */
void lending_open(int proc);
bool lending_attend(int ear, int pidfd);

/* cgroups.c: directories of version 1 or 2, made for each container */
void cgroups_open(char *const *hierarchies);
int cgroups_create(unsigned number, const struct request *request, struct cgroup *cgroup);
int cgroups_join(const struct cgroup *cgroup);
int cgroups_clone_target(const struct cgroup *cgroup);
void cgroups_close(const struct cgroup *cgroup);
bool cgroups_remove(unsigned number);

/* identity.c: a user namespace for all of them, where the kernel has it */
void identity_open(const char *image, uid_t program);
uid_t identity_root(void);
int identity_supervisor(void);
int identity_enter(void);

/* container.c: the start of one; the supervisor is its PID 1 */
struct ends {
    int connection, mouth; /* The worker's, and where the supervisor asks us for files. */
};
pid_t container_start(const struct request *request, const struct cgroup *cgroup,
                      const struct ends *ends, int *pidfd);
void container_complain(int connection, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
