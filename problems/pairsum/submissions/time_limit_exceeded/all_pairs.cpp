// Tries all pairs: right, and about ten times too slow for 200 000 crates.
#include <cstdio>
#include <vector>

int main() {
    int n;
    long long total;
    if (std::scanf("%d %lld", &n, &total) != 2) return 1;
    std::vector<long long> weights(n);
    for (long long &weight : weights) {
        if (std::scanf("%lld", &weight) != 1) return 1;
    }
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
            if (weights[i] + weights[j] == total) {
                std::printf("%d %d\n", i + 1, j + 1);
                return 0;
            }
        }
    }
    std::puts("impossible");
}
