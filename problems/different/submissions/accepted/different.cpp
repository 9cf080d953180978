#include <bits/stdc++.h>
using namespace std;

int main() {
    ios::sync_with_stdio(false);
    cin.tie(nullptr);

    int days;
    cin >> days;
    while (days-- > 0) {
        long long a, b;
        cin >> a >> b;
        cout << llabs(a - b) << '\n';
    }
}
