#include <inttypes.h>
#include <stdio.h>

int main(void) {
    int days;
    if (scanf("%d", &days) != 1) return 1;
    for (int day = 0; day < days; day++) {
        int64_t a, b;
        if (scanf("%" SCNd64 " %" SCNd64, &a, &b) != 2) return 1;
        printf("%" PRId64 "\n", a < b ? b - a : a - b);
    }
    return 0;
}
