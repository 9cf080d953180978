#include "probe.h"

int main(void)
{
    int how = 0;
    if (scanf("%d", &how) != 1)
        return 1;
    if (how == 1)
        close(1);
    if (how == 2) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        for (int fd = 0; fd < 3; fd++)
            if (open("/dev/null", O_RDWR) != fd)
                return 2;
    }
    puts("done");
    return 0;
}
