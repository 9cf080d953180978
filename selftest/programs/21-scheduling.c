#include "probe.h"
#include <sched.h>

int main(void)
{
    struct sched_param one = {.sched_priority = 1};
    /* As the kernel lays it out: libraries differ in whether they name it. */
    const struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime_ns, deadline_ns, period_ns;
    } deadline = {48, 6, 0, 0, 0, 10000000, 30000000, 30000000};
    cpu_set_t all;
    CPU_ZERO(&all);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        CPU_SET(cpu, &all);
    TRY("sched_setscheduler FIFO", sched_setscheduler(0, SCHED_FIFO, &one));
    TRY("sched_setscheduler RR", sched_setscheduler(0, SCHED_RR, &one));
    TRY("sched_setattr DEADLINE", syscall(SYS_sched_setattr, 0, &deadline, 0));
    TRY("nice -20", setpriority(PRIO_PROCESS, 0, -20));
    /* Class 1 is real time. */
    TRY("ioprio_set real time", syscall(SYS_ioprio_set, 1, 0, 1 << 13));
    sched_setaffinity(0, sizeof all, &all);
    CPU_ZERO(&all);
    sched_getaffinity(0, sizeof all, &all);
    row("cores after sched_setaffinity of all", CPU_COUNT(&all) == 1 ? "1" : "several");
    return done();
}
