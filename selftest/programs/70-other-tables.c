#include "probe.h"

/* The other system call tables of the same kernel, where a number means something else. */
int main(void)
{
    int table = 0;
    if (scanf("%d", &table) != 1)
        return 1;
#ifdef __x86_64__
    long result = 0;
    switch (table) {
    case 0: /* 32 bits: getpid. */
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
        break;
    case 1: /* 32 bits: socketcall, which a filter cannot look into. */
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(102), "b"(1), "c"(0) : "memory", "r8", "r9", "r10", "r11");
        break;
    default: /* x32: getpid. */
        result = syscall(0x40000000 + 39);
    }
    row("other table", result > 0 ? "ok" : "refused");
    return result > 0 ? 0 : done();
#else
    raise(SIGSYS);
#endif
}
