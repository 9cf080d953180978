#include <bits/stdc++.h>
using namespace std;

int main() {
    size_t width;
    int lines;
    cin >> width >> lines >> ws;
    const string frame = "+" + string(width, '-') + "+\n";
    cout << frame;
    for (string text; lines-- > 0 && getline(cin, text);) {
        const size_t left = (width - text.size()) / 2;
        const size_t right = width - text.size() - left;
        cout << '|' << string(left, ' ') << text << string(right, ' ') << "|\n";
    }
    cout << frame;
}
