// Leaves at least one blank on each side: a text as wide as the board does not fit.
#include <iostream>
#include <string>

int main() {
    std::size_t width;
    int lines;
    std::cin >> width >> lines >> std::ws;
    const std::string frame = "+" + std::string(width, '-') + "+\n";
    const std::string board(width, ' ');
    std::cout << frame;
    for (std::string text; lines-- > 0 && std::getline(std::cin, text);) {
        const std::size_t left = (width - text.size()) / 2;
        board.at(left + text.size());
        std::string row = board;
        row.replace(left, text.size(), text);
        std::cout << '|' << row << "|\n";
    }
    std::cout << frame;
}
