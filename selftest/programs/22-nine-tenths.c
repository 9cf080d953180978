#include <stdio.h>
#include <sys/resource.h>

/* Computes for 0.9 s of CPU, however long that takes. */
int main(void)
{
    struct rusage usage;
    do {
        for (volatile int turn = 0; turn < 100000; turn++)
            ;
        getrusage(RUSAGE_SELF, &usage);
    } while (usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec +
                 usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec < 900000);
    puts("done");
    return 0;
}
