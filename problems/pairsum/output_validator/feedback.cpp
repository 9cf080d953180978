#include "feedback.h"

#include <cstdlib>
#include <fstream>
#include <utility>

namespace {
constexpr int ACCEPTED = 42;
constexpr int WRONG_ANSWER = 43;
constexpr int BROKEN = 1;
}  // namespace

Feedback::Feedback(std::string directory) : directory_(std::move(directory)) {}

void Feedback::write(const std::string &why) const {
    std::ofstream(directory_ + "/judgemessage.txt") << why << '\n';
}

void Feedback::accept() const {
    std::exit(ACCEPTED);
}

void Feedback::reject(const std::string &why) const {
    write(why);
    std::exit(WRONG_ANSWER);
}

void Feedback::fail(const std::string &why) const {
    write(why);
    std::exit(BROKEN);
}
