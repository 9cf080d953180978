/* Processes that multiply, hide, stop, or outlive main. */
#include "probe.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void spin(double seconds) {
    struct timespec now;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while ((double)now.tv_sec + (double)now.tv_nsec * 1e-9 < seconds);
}

static void ignore_signals(void) {
    for (int number = 1; number <= SIGRTMAX; number++) signal(number, SIG_IGN);
}

static int fork_bomb(const char *argument) {
    (void)argument;
    while (fork() >= -1) {}
    return 1;
}

static int fork_setsid(const char *argument) {
    (void)argument;
    while (getpid() > 0)
        if (fork() == 0) {
            setsid();
            ignore_signals();
        }
    return 1;
}

static int orphan(const char *argument) {
    (void)argument;
    if (fork() == 0) {
        sleep(20);
        return 0;
    }
    puts("right");
    return 0;
}

static int daemonise(const char *argument) {
    (void)argument;
    if (fork() == 0) {
        setsid();
        if (fork() > 0) _exit(0);
        for (int fd = 0; fd < 256; fd++) close(fd);
        ignore_signals();
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        spin(1e9);
    }
    wait(NULL);
    puts("right");
    return 0;
}

static int late_writer(const char *argument) {
    (void)argument;
    puts("right");
    fflush(stdout);
    if (fork() > 0) return 0;
    sleep(1);
    puts("late");
    return 0;
}

static int zombies(const char *argument) {
    (void)argument;
    for (int i = 0; i < 50; i++)
        if (fork() == 0) _exit(0);
    puts("right");
    return 0;
}

static int kill_all(const char *argument) {
    (void)argument;
    if (fork() == 0) {
        setsid();
        usleep(50000);
        kill(-1, SIGKILL);
    }
    usleep(200000);
    kill(-1, SIGKILL);
    puts("right");
    return 0;
}

static int stop_self(const char *argument) {
    (void)argument;
    kill(getpid(), SIGSTOP);
    return 0;
}

/* Nobody waits for the child that works: it vanishes from every rusage. */
static int hidden_work(const char *argument) {
    int ends[2];
    char byte;
    if (pipe(ends) < 0) return 1;
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) {
        spin(atof(argument));
        _exit(0);
    }
    close(ends[1]);
    return read(ends[0], &byte, 1) != 0;
}

static void *sleep_for_ever(void *unused) {
    for (;;) pause();
    return unused;
}

static int threads(const char *argument) {
    (void)argument;
    int made = 0, error;
    pthread_t thread;
    while ((error = pthread_create(&thread, NULL, sleep_for_ever, NULL)) == 0) made++;
    printf("made=%d\nerrno=%d\n", made, error);
    return 0;
}

static int churn(const char *argument) {
    (void)argument;
    pid_t child;
    while ((child = fork()) >= 0) {
        if (child == 0) execl("/probes/ends", "ends", "exit", "0", (char *)NULL);
        waitpid(child, NULL, 0);
    }
    return 1;
}

static const struct deed DEEDS[] = {
    {"fork-bomb", fork_bomb}, {"fork-setsid", fork_setsid}, {"orphan", orphan},
    {"daemon", daemonise}, {"late-writer", late_writer}, {"zombies", zombies},
    {"kill-all", kill_all}, {"stop-self", stop_self}, {"hidden-work", hidden_work},
    {"threads", threads}, {"churn", churn},
};
PROBE(DEEDS)
