#include <stdio.h>

int main(void) {
    for (volatile unsigned i = 0;; i++) {
    }
    puts("Good evening, stars!");
    return 0;
}
