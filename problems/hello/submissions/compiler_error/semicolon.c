// @EXPECTED_RESULTS@: COMPILER-ERROR
#include <stdio.h>

int main(void) {
    puts("Good evening, stars!")
    return 0;
}
