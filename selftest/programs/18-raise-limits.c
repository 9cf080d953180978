#include "probe.h"

static void raise_limit(const char *name, int resource)
{
    char attempt[64];
    const struct rlimit without = {RLIM_INFINITY, RLIM_INFINITY};
    snprintf(attempt, sizeof attempt, "setrlimit %s", name);
    TRY(attempt, setrlimit(resource, &without));
    snprintf(attempt, sizeof attempt, "prlimit %s", name);
    TRY(attempt, prlimit(0, resource, &without, NULL));
}

int main(void)
{
    raise_limit("CPU", RLIMIT_CPU);
    raise_limit("FSIZE", RLIMIT_FSIZE);
    raise_limit("NOFILE", RLIMIT_NOFILE);
    raise_limit("CORE", RLIMIT_CORE);
    raise_limit("MEMLOCK", RLIMIT_MEMLOCK);
    raise_limit("MSGQUEUE", RLIMIT_MSGQUEUE);
    raise_limit("NICE", RLIMIT_NICE);
    raise_limit("RTPRIO", RLIMIT_RTPRIO);
    raise_limit("SIGPENDING", RLIMIT_SIGPENDING);
    for (;;)
        if (fork() == 0)
            pause();
}
