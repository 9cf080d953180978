#include "probe.h"
#include <sched.h>

int main(void)
{
    const struct rlimit nothing = {0, 0};
    struct rlimit old;
    struct sched_param zero = {0};
    /* As the kernel lays it out: size, policy SCHED_IDLE, and no more. */
    const uint32_t attributes[12] = {48, 5};
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    TRY("prlimit CPU 0 on 1", prlimit(1, RLIMIT_CPU, &nothing, NULL));
    TRY("prlimit NOFILE 0 on 1", prlimit(1, RLIMIT_NOFILE, &nothing, NULL));
    TRY("prlimit reading 1", prlimit(1, RLIMIT_CPU, NULL, &old));
    TRY("sched_setscheduler IDLE on 1", sched_setscheduler(1, SCHED_IDLE, &zero));
    TRY("sched_setattr IDLE on 1", syscall(SYS_sched_setattr, 1, attributes, 0));
    TRY("setpriority on 1", setpriority(PRIO_PROCESS, 1, 19));
    TRY("setpriority on the group of 1", setpriority(PRIO_PGRP, 1, 19));
    TRY("setpriority on root", setpriority(PRIO_USER, 0, 19));
    TRY("sched_setaffinity on 1", sched_setaffinity(1, sizeof one, &one));
    TRY("ioprio_set on 1", syscall(SYS_ioprio_set, 1, 1, 3 << 13));
    TRY("setpgid of 1", setpgid(1, 0));
    return done();
}
