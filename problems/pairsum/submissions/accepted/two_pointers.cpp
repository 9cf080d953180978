#include <bits/stdc++.h>
using namespace std;

int main() {
    ios::sync_with_stdio(false);
    cin.tie(nullptr);

    int n;
    long long total;
    cin >> n >> total;
    vector<pair<long long, int>> crates(n);
    for (int i = 0; i < n; i++) {
        cin >> crates[i].first;
        crates[i].second = i + 1;
    }
    sort(crates.begin(), crates.end());
    int light = 0, heavy = n - 1;
    while (light < heavy) {
        const long long sum = crates[light].first + crates[heavy].first;
        if (sum == total) {
            cout << crates[light].second << ' ' << crates[heavy].second << '\n';
            return 0;
        }
        if (sum < total) light++;
        else heavy--;
    }
    cout << "impossible\n";
}
