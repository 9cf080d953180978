#include <unistd.h>

/* Keeps whoever drains stderr busier than itself. */
int main(void)
{
    for (;;)
        if (write(2, "e", 1) < 0)
            return 1;
}
