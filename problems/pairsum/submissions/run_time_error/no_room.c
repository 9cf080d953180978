/* Room for a thousand crates on the quay; the others are dropped into the harbour. */
#include <stdio.h>
#include <stdlib.h>

static long weights[1000];

int main(void) {
    int n;
    long total;
    if (scanf("%d %ld", &n, &total) != 2) return 1;
    for (int i = 0; i < n; i++) {
        if (i == 1000) abort();
        if (scanf("%ld", &weights[i]) != 1) return 1;
    }
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
            if (weights[i] + weights[j] == total) {
                printf("%d %d\n", i + 1, j + 1);
                return 0;
            }
        }
    }
    puts("impossible");
    return 0;
}
