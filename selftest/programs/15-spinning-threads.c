#include <pthread.h>
#include <stddef.h>

static void *spin(void *unused)
{
    for (volatile unsigned turn = 0;; turn++)
        ;
    return unused;
}

int main(void)
{
    for (int count = 0; count < 3; count++) {
        pthread_t thread;
        pthread_create(&thread, NULL, spin, NULL);
    }
    spin(NULL);
}
