#include <stdio.h>
#include <unistd.h>

int main(void)
{
    if (fork() == 0) {
        sleep(20);
        return 0;
    }
    puts("done");
    return 0;
}
