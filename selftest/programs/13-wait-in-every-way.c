#define _GNU_SOURCE
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *in_sleep(void *unused) { for (;;) sleep(1000); return unused; }
static void *in_pause(void *unused) { for (;;) pause(); return unused; }
static void *in_select(void *unused) { for (;;) select(0, NULL, NULL, NULL, NULL); return unused; }
static void *in_poll(void *unused) { for (;;) poll(NULL, 0, -1); return unused; }

int main(void)
{
    void *(*const ways[])(void *) = {in_sleep, in_pause, in_select, in_poll};
    int word = 0;
    for (unsigned way = 0; way < 4; way++) {
        pthread_t thread;
        pthread_create(&thread, NULL, ways[way], NULL);
    }
    for (;;)
        syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}
