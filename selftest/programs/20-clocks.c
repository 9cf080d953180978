#include "probe.h"
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>

int main(void)
{
    struct timespec now;
    struct timeval day;
    timer_t timer;
    struct timex change = {.modes = ADJ_OFFSET_SINGLESHOT, .offset = 1000};
    clock_gettime(CLOCK_REALTIME, &now);
    gettimeofday(&day, NULL);
    now.tv_sec += 3600;
    day.tv_sec += 3600;
    TRY("clock_settime", clock_settime(CLOCK_REALTIME, &now));
    TRY("settimeofday", settimeofday(&day, NULL));
    TRY("adjtimex", syscall(SYS_adjtimex, &change));
    TRY("clock_adjtime", syscall(SYS_clock_adjtime, CLOCK_REALTIME, &change));
    TRY("timer_create CLOCK_REALTIME_ALARM", timer_create(CLOCK_REALTIME_ALARM, NULL, &timer));
    TRY("timerfd_create CLOCK_REALTIME_ALARM", timerfd_create(CLOCK_REALTIME_ALARM, 0));
    return done();
}
