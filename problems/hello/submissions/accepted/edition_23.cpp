// C++23: std::expected, `if consteval`, string::contains.
#include <expected>
#include <iostream>
#include <string>

static_assert(__cplusplus > 202002L);

constexpr int start() {
    if consteval {
        return 0;
    }
    return 1;
}

std::expected<std::string, int> greeting(const std::string &whom) {
    if (!whom.contains("star")) return std::unexpected(1);
    return "Good evening, " + whom + "!";
}

int main() {
    static_assert(start() == 0);
    auto text = greeting("stars");
    if (!text) return text.error();
    std::cout << text.value() << '\n';
}
