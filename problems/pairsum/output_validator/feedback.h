#pragma once

#include <string>

/** Where a validator leaves its messages, and how it ends. */
class Feedback {
public:
    explicit Feedback(std::string directory);

    /** The output is right. */
    [[noreturn]] void accept() const;
    /** The output is wrong, and this is why. */
    [[noreturn]] void reject(const std::string &why) const;
    /** The package itself is wrong. */
    [[noreturn]] void fail(const std::string &why) const;

private:
    void write(const std::string &why) const;

    std::string directory_;
};
