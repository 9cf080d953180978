// Has room for a hundred readings, and looks where it writes.
#include <array>
#include <algorithm>
#include <cstdio>
#include <numeric>

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::array<double, 100> readings;
    for (int i = 0; i < n; i++) {
        if (std::scanf("%lf", &readings.at(i)) != 1) return 1;
    }
    std::sort(readings.begin(), readings.begin() + n);
    const double sum = std::accumulate(readings.begin() + 1, readings.begin() + n - 1, 0.0);
    std::printf("%.9f\n", sum / (n - 2));
}
