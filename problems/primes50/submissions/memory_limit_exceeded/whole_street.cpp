// A sieve of the whole street up to house b: no computer has the memory, this one least of all.
#include <iostream>
#include <vector>

int main() {
    long long a, b;
    std::cin >> a >> b;
    std::vector<char> composite(b + 1);
    long long lanterns = 0;
    for (long long p = 2; p <= b; p++) {
        if (composite[p]) continue;
        lanterns += p >= a;
        for (long long n = p * p; n <= b; n += p) composite[n] = 1;
    }
    std::cout << lanterns << '\n';
}
