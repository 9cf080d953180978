// Adds up all entries again for every day.
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    int n;
    std::cin >> n;
    std::vector<int> entries(n);
    for (int &entry : entries) std::cin >> entry;
    long long balance = 0, highest = 0;
    for (int day = 1; day <= n; day++) {
        balance = 0;
        for (int i = 0; i < day; i++) balance += entries[i];
        if (balance > highest) highest = balance;
    }
    std::cout << balance << ' ' << highest << '\n';
}
