#include "probe.h"
#include <mqueue.h>

int main(void)
{
    try_open("/dev/shm/x", O_WRONLY | O_CREAT);
    try_open("/dev/mqueue/x", O_WRONLY | O_CREAT);
    TRY("mq_open", mq_open("/x", O_RDWR | O_CREAT, 0600, NULL));
    return done();
}
