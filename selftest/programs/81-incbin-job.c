#include <stdio.h>

__asm__(".section .rodata\n"
        "found: .incbin \"/proc/1/fd/0\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char found[];

int main(void)
{
    puts(found);
    return 0;
}
