// C++20: concepts, ranges, the spaceship operator.
#include <compare>
#include <concepts>
#include <iostream>
#include <ranges>
#include <string>
#include <vector>

static_assert(__cplusplus == 202002L);

struct Word {
    int place;
    std::string text;
    auto operator<=>(const Word &) const = default;
};

template <std::totally_ordered T>
const T &smaller(const T &a, const T &b) {
    return b < a ? b : a;
}

int main() {
    std::vector<Word> words{{1, "Good evening"}, {2, ", "}, {3, "moon"}, {4, "stars!"}};
    auto wanted = words | std::views::filter([](const Word &word) { return word.place != 3; });
    std::string line = smaller(Word{0, ""}, words.front()).text;
    for (const Word &word : wanted) line += word.text;
    std::cout << line << '\n';
}
