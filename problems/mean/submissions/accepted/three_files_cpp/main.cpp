#include <iomanip>
#include <iostream>
#include <vector>

#include "season.hpp"

int main() {
    std::size_t n;
    std::cin >> n;
    std::vector<double> readings(n);
    for (double &reading : readings) std::cin >> reading;
    std::cout << std::setprecision(15) << Season(readings).mild_mean() << '\n';
}
