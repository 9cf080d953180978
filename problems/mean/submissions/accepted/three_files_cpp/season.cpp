#include "season.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

Season::Season(std::vector<double> readings) : readings_(std::move(readings)) {
    std::sort(readings_.begin(), readings_.end());
}

double Season::mild_mean() const {
    const double sum = std::accumulate(readings_.begin() + 1, readings_.end() - 1, 0.0);
    return sum / static_cast<double>(readings_.size() - 2);
}
