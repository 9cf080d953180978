// Refuses the days on which the tide comes in.
#include <cstdint>
#include <iostream>
#include <stdexcept>

int main() {
    int days;
    std::cin >> days;
    while (days-- > 0) {
        std::int64_t a, b;
        std::cin >> a >> b;
        if (a < 0 || b < 0) throw std::invalid_argument("sand does not run uphill");
        std::cout << (a < b ? b - a : a - b) << '\n';
    }
}
