// Looks for the greeting among all texts, one letter at a time.
#include <iostream>
#include <string>

int main() {
    const std::string greeting = "Good evening, stars!";
    std::string text(greeting.size(), ' ');
    while (text != greeting) {
        for (char &letter : text) {
            if (++letter <= '~') break;
            letter = ' ';
        }
    }
    std::cout << text << '\n';
}
