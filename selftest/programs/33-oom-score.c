#include "probe.h"

int main(void)
{
    try_write("/proc/self/oom_score_adj", "-1000");
    try_write("/proc/1/oom_score_adj", "1000");
    for (;;) {
        volatile char *memory = malloc(1 << 20);
        for (size_t at = 0; memory != NULL && at < 1 << 20; at += 4096)
            memory[at] = 1;
    }
}
