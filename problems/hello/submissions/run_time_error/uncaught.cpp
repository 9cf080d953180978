#include <iostream>
#include <string>

int main() {
    std::string greeting = "Good evening, stars!";
    std::cout << greeting << std::endl;
    return greeting.at(greeting.size());  // throws after a right answer
}
