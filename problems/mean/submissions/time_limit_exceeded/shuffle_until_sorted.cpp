// Shuffles the readings until they happen to be in order.
#include <algorithm>
#include <cstdio>
#include <numeric>
#include <random>
#include <vector>

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) return 1;
    std::vector<double> readings(n);
    for (double &reading : readings) {
        if (std::scanf("%lf", &reading) != 1) return 1;
    }
    std::mt19937 random(1);
    while (!std::is_sorted(readings.begin(), readings.end())) {
        std::shuffle(readings.begin(), readings.end(), random);
    }
    const double sum = std::accumulate(readings.begin() + 1, readings.end() - 1, 0.0);
    std::printf("%.9f\n", sum / (n - 2));
}
