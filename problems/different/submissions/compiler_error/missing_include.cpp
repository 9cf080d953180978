// @EXPECTED_RESULTS@: COMPILER-ERROR
int main() {
    long long a, b;
    std::cin >> a >> b;
    std::cout << (a < b ? b - a : a - b) << '\n';
}
