/* Ways to end, and to use time. */
#include "probe.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int exit_with(const char *argument) {
    exit(atoi(argument));
}

static int die_by(const char *argument) {
    kill(getpid(), atoi(argument));
    return 1;
}

static int work(const char *argument) {
    double seconds = atof(argument);
    struct timespec now;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while ((double)now.tv_sec + (double)now.tv_nsec * 1e-9 < seconds);
    return 0;
}

static int work_on(const char *argument) {
    (void)argument;
    for (int number = 1; number <= SIGRTMAX; number++) signal(number, SIG_IGN);
    return work("1e9");
}

static void *work_in_thread(void *unused) {
    for (volatile unsigned long i = 0;; i++) {}
    return unused;
}

static int work_in_threads(const char *argument) {
    pthread_t thread;
    for (int i = atoi(argument); i > 1; i--)
        if (pthread_create(&thread, NULL, work_in_thread, NULL) != 0) return 1;
    work_in_thread(NULL);
    return 0;
}

static int system_work(const char *argument) {
    (void)argument;
    void *bytes;
    do bytes = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    while (bytes != MAP_FAILED && munmap(bytes, 1 << 20) == 0);
    return 1;
}

static int sleep_on(const char *argument) {
    (void)argument;
    while (pause() < 0) {}
    return 1;
}

static int raise_limits(const char *argument) {
    (void)argument;
    const struct { const char *name; int resource; } limits[] = {
        {"cpu", RLIMIT_CPU}, {"fsize", RLIMIT_FSIZE}, {"nofile", RLIMIT_NOFILE},
        {"core", RLIMIT_CORE}, {"stack", RLIMIT_STACK}, {"memlock", RLIMIT_MEMLOCK},
        {"msgqueue", RLIMIT_MSGQUEUE}, {"sigpending", RLIMIT_SIGPENDING},
    };
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct rlimit now;
        getrlimit(limits[i].resource, &now);
        printf("%s.soft=%llu\n%s.hard=%llu\n", limits[i].name, (unsigned long long)now.rlim_cur,
               limits[i].name, (unsigned long long)now.rlim_max);
        tell(limits[i].name, setrlimit(limits[i].resource, &all));
    }
    return 0;
}

static const struct deed DEEDS[] = {
    {"exit", exit_with}, {"die", die_by}, {"work", work}, {"work-on", work_on},
    {"threads", work_in_threads}, {"system-work", system_work}, {"sleep", sleep_on},
    {"raise-limits", raise_limits},
};
PROBE(DEEDS)
