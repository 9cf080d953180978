#include <bits/stdc++.h>
using namespace std;

int main() {
    long long a, b;
    cin >> a >> b;

    const int limit = static_cast<int>(sqrtl(static_cast<long double>(b))) + 1;
    vector<bool> composite(limit + 1);
    vector<bool> dark(b - a + 1);
    for (long long p = 2; p <= limit; p++) {
        if (composite[p]) continue;
        for (long long n = p * p; n <= limit; n += p) composite[n] = true;
        for (long long n = max(p * p, (a + p - 1) / p * p); n <= b; n += p) dark[n - a] = true;
    }
    if (a == 1) dark[0] = true;
    cout << count(dark.begin(), dark.end(), false) << '\n';
}
