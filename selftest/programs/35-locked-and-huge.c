#include "probe.h"

int main(void)
{
    const size_t bytes = 1 << 30;
    TRY("mlockall", mlockall(MCL_CURRENT | MCL_FUTURE));
    char *huge = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    madvise(huge, bytes, MADV_HUGEPAGE);
    for (size_t at = 0; at < bytes; at += 2 << 20)
        huge[at] = 1;
    mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return done();
}
