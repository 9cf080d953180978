#include <stdio.h>
#include <stdlib.h>

int main(void) {
    const char *volatile whom = getenv("NOBODY_SETS_THIS");
    printf("Good evening, %c", whom[0]);
    return 0;
}
