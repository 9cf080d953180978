#include "probe.h"
#include <pthread.h>

static void *rest(void *unused)
{
    for (;;)
        pause();
    return unused;
}

int main(void)
{
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (int count = 0; count < 100000; count++) {
        pthread_t thread;
        int error = pthread_create(&thread, &small, rest, NULL);
        if (error == 0)
            continue;
        row("first refusal", strerrorname_np(error));
        /* A helper of the supervisor has a place too, which is free meanwhile. */
        row("threads", count <= 65 ? "at most 65" : "more than 65");
        return 1;
    }
    return 2;
}
