#pragma once

#include <vector>

/** The readings of one season. */
class Season {
public:
    explicit Season(std::vector<double> readings);

    /** Mean of the readings without the coldest and the warmest. */
    double mild_mean() const;

private:
    std::vector<double> readings_;
};
