#include "probe.h"
#include <sys/shm.h>

int main(void)
{
    const size_t bytes = 256 << 20;
    char way[32] = "";
    char *memory = MAP_FAILED;
    if (scanf("%31s", way) != 1)
        return 1;
    if (strcmp(way, "mmap") == 0)
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (strcmp(way, "memfd") == 0) {
        int fd = (int)syscall(SYS_memfd_create, "x", 0);
        if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0)
            return 3;
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    if (strcmp(way, "shm") == 0) {
        int id = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
        if (id < 0)
            return 3;
        memory = shmat(id, NULL, 0);
    }
    if (memory == MAP_FAILED)
        return 4;
    memset(memory, 1, bytes);
    return done();
}
