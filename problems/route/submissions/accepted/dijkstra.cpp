#include <bits/stdc++.h>
using namespace std;

int main() {
    int n, m;
    cin >> n >> m;
    vector<vector<pair<int, int>>> roads(n + 1);
    for (int i = 0; i < m; i++) {
        int a, b, t;
        cin >> a >> b >> t;
        roads[a].emplace_back(b, t);
        roads[b].emplace_back(a, t);
    }

    const long long never = LLONG_MAX;
    vector<long long> arrival(n + 1, never);
    vector<int> previous(n + 1);
    priority_queue<pair<long long, int>, vector<pair<long long, int>>, greater<>> queue;
    arrival[1] = 0;
    queue.emplace(0, 1);
    while (!queue.empty()) {
        const auto [time, town] = queue.top();
        queue.pop();
        if (time > arrival[town]) continue;
        for (const auto &[neighbour, t] : roads[town]) {
            if (time + t >= arrival[neighbour]) continue;
            arrival[neighbour] = time + t;
            previous[neighbour] = town;
            queue.emplace(time + t, neighbour);
        }
    }

    if (arrival[n] == never) {
        cout << "-1\n";
        return 0;
    }
    vector<int> towns;
    for (int town = n; town != 0; town = previous[town]) towns.push_back(town);
    cout << arrival[n] << '\n';
    for (size_t i = towns.size(); i-- > 0;) cout << towns[i] << " \n"[i == 0];
}
