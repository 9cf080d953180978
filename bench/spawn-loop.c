/* The least that running a program can cost: vfork, exec, read its output, wait. COUNT times, then
   "wall-µs cpu-µs" of all together. bench/native.ts compiles and runs it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    double start_us = now_us();
    for (int left = atoi(argv[1]); left > 0; left--) {
        char output[4096];
        int ends[2], status;
        if (pipe2(ends, O_CLOEXEC) < 0) return 1;
        pid_t pid = vfork();
        if (pid < 0) return 1;
        if (pid == 0) {
            dup2(ends[1], 1);
            execv(argv[2], argv + 2);
            _exit(127);
        }
        close(ends[1]);
        while (read(ends[0], output, sizeof output) > 0) continue;
        close(ends[0]);
        if (waitpid(pid, &status, 0) != pid || status != 0) return 1;
    }
    double wall_us = now_us() - start_us;
    printf("%.0f %.0f\n", wall_us, cpu_us(RUSAGE_SELF) + cpu_us(RUSAGE_CHILDREN));
    return 0;
}
