#include <bits/stdc++.h>
using namespace std;

int main() {
    ios::sync_with_stdio(false);
    cin.tie(nullptr);

    int n;
    cin >> n;
    long long balance = 0, highest = 0;
    while (n-- > 0) {
        int entry;
        cin >> entry;
        balance += entry;
        highest = max(highest, balance);
    }
    cout << balance << ' ' << highest << '\n';
}
