#include <unistd.h>

int main(void)
{
    for (int times = 0; times < 1000000; times++)
        if (write(1, "o\n", 2) < 0 || write(2, "e\n", 2) < 0)
            return 1;
    return 0;
}
