#include <iostream>

int main() {
    std::cout << "Good evening, stars!\n";
}
