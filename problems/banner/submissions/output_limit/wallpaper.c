// @EXPECTED_RESULTS@: OUTPUT-LIMIT
/* Once it has begun to paint, it does not stop. */
#include <stdio.h>

int main(void) {
    int width, lines;
    if (scanf("%d %d", &width, &lines) != 2) return 1;
    for (;;) puts("+----------------------------------------------------------+");
}
