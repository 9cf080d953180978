#include <stdio.h>

int main(void) {
    puts("Good morning, stars!");
    return 0;
}
