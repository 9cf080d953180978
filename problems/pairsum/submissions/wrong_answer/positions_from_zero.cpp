// Finds the crates, but counts them from 0.
#include <iostream>
#include <unordered_map>

int main() {
    long long n, total;
    std::cin >> n >> total;
    std::unordered_map<long long, int> seen;
    for (int i = 0; i < n; i++) {
        long long weight;
        std::cin >> weight;
        if (auto other = seen.find(total - weight); other != seen.end()) {
            std::cout << other->second << ' ' << i << '\n';
            return 0;
        }
        seen[weight] = i;
    }
    std::cout << "impossible\n";
}
