// The last line is not ended. Only a judge who counts newlines objects.
#include <iostream>
#include <string>

int main() {
    std::size_t width;
    int lines;
    std::cin >> width >> lines >> std::ws;
    const std::string frame = "+" + std::string(width, '-') + "+";
    std::cout << frame << '\n';
    for (std::string text; lines-- > 0 && std::getline(std::cin, text);) {
        const std::size_t left = (width - text.size()) / 2;
        const std::size_t right = width - text.size() - left;
        std::cout << '|' << std::string(left, ' ') << text << std::string(right, ' ') << "|\n";
    }
    std::cout << frame;
}
