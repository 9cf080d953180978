// Accepts any two different crates of the right total weight. The answer file says whether there
// are any; when it says that there are none and the team finds some, the package is at fault.
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "feedback.h"

namespace {
struct Quay {
    long long total;
    std::vector<long long> weights;
};

struct Pair {
    std::size_t first, second;
};

Quay read_quay(const char *path) {
    std::ifstream input(path);
    std::size_t n;
    Quay quay;
    input >> n >> quay.total;
    quay.weights.resize(n);
    for (long long &weight : quay.weights) input >> weight;
    return quay;
}

bool only_blanks_left(std::istream &stream) {
    return (stream >> std::ws).eof();
}

std::size_t read_number(const std::string &token, const Quay &quay, const Feedback &feedback) {
    if (token.empty() || token.size() > 6) feedback.reject("not the number of a crate");
    std::size_t number = 0;
    for (const char digit : token) {
        if (digit < '0' || digit > '9') feedback.reject("not the number of a crate");
        number = number * 10 + static_cast<std::size_t>(digit - '0');
    }
    if (number < 1 || number > quay.weights.size()) {
        feedback.reject("there is no crate " + std::to_string(number));
    }
    return number;
}

/** What the stream claims, with every claim checked; nothing: "impossible". */
std::optional<Pair> read_pair(std::istream &stream, const Quay &quay, const Feedback &feedback) {
    std::string token;
    if (!(stream >> token)) feedback.reject("no output");
    if (token == "impossible") {
        if (!only_blanks_left(stream)) feedback.reject("more output than a verdict");
        return std::nullopt;
    }
    Pair pair{};
    pair.first = read_number(token, quay, feedback);
    token.clear();
    stream >> token;
    pair.second = read_number(token, quay, feedback);
    if (!only_blanks_left(stream)) feedback.reject("more output than two numbers");
    if (pair.first == pair.second) {
        feedback.reject("crate " + std::to_string(pair.first) + " is loaded twice");
    }
    const long long sum = quay.weights[pair.first - 1] + quay.weights[pair.second - 1];
    if (sum != quay.total) {
        feedback.reject("the crates weigh " + std::to_string(sum) + ", not " +
                        std::to_string(quay.total));
    }
    return pair;
}
}  // namespace

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    const Feedback feedback(argv[3]);
    const Quay quay = read_quay(argv[1]);

    std::ifstream answer(argv[2]);
    std::string jury;
    answer >> jury;
    const bool possible = jury != "impossible";

    const std::optional<Pair> pair = read_pair(std::cin, quay, feedback);
    if (pair && !possible) feedback.fail("the team found a pair, the jury did not");
    if (!pair && possible) feedback.reject("there is a pair, and the team found none");
    feedback.accept();
}
