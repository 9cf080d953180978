/* The least that running programs can cost: vfork, exec, read the output, wait.

       spawn-loop COUNT PROGRAM ARGUMENT... [, PROGRAM ARGUMENT...]...

   COUNT times, all the programs one after the other; then "wall-µs cpu-µs" of everything together,
   the CPU time of children that children waited for included. bench/case.ts compiles and runs it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double cpu_us(int who) {
    struct rusage usage;
    getrusage(who, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static double now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int run(char **command) {
    char output[4096];
    int ends[2], status;
    if (pipe2(ends, O_CLOEXEC) < 0) return -1;
    pid_t pid = vfork();
    if (pid < 0) return -1;
    if (pid == 0) {
        dup2(ends[1], 1);
        execv(command[0], command);
        _exit(127);
    }
    close(ends[1]);
    while (read(ends[0], output, sizeof output) > 0) continue;
    close(ends[0]);
    return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], ",") == 0) argv[i] = NULL;
    double start_us = now_us();
    for (int left = atoi(argv[1]); left > 0; left--)
        for (int i = 2; i < argc; i++)
            if (argv[i - 1] == NULL || i == 2)
                if (run(argv + i) < 0) return 1;
    double wall_us = now_us() - start_us;
    printf("%.0f %.0f\n", wall_us, cpu_us(RUSAGE_SELF) + cpu_us(RUSAGE_CHILDREN));
    return 0;
}
