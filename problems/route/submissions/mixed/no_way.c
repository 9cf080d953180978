/*
 * Only knows the direct road, and gives up where there is none. Which of the two shows first
 * depends on the order of the cases.
 *
 * @EXPECTED_RESULTS@: WRONG-ANSWER, RUN-ERROR
 */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n, m;
    if (scanf("%d %d", &n, &m) != 2) return 1;
    int shortest = -1;
    while (m-- > 0) {
        int a, b, t;
        if (scanf("%d %d %d", &a, &b, &t) != 3) return 1;
        const int direct = (a == 1 && b == n) || (a == n && b == 1);
        if (direct && (shortest == -1 || t < shortest)) shortest = t;
    }
    if (shortest == -1) abort();
    printf("%d\n1 %d\n", shortest, n);
    return 0;
}
