template <int depth, typename Left, typename Right>
struct Pair {
    using Type = typename Pair<depth - 1, Pair<depth, Left, Right>, Pair<depth, Right, Left>>::Type;
    using Other = typename Pair<depth - 1, Pair<depth, Right, Left>, Pair<depth, Left, Left>>::Type;
    Type type;
    Other other;
};

template <typename Left, typename Right>
struct Pair<0, Left, Right> {
    using Type = Left;
};

int main()
{
    Pair<600, int, char> pair;
    return sizeof pair != 0;
}
