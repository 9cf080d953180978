// @EXPECTED_RESULTS@: COMPILER-ERROR
#include <iostream>
#include <string>

int main() {
    int greeting = std::string("Good evening, stars!");
    std::cout << greeting << '\n';
}
