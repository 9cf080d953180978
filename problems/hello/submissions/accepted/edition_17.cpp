// C++17: UTF-8 literals are still made of char, and class template arguments are deduced.
#include <iostream>
#include <string_view>
#include <utility>

static_assert(__cplusplus == 201703L);

int main() {
    const char *when = u8"Good evening";
    std::pair greeting(std::string_view(when), std::string_view("stars"));
    auto [first, second] = greeting;
    if (auto separator = std::string_view(", "); !first.empty()) {
        std::cout << first << separator << second << "!\n";
    }
}
