constexpr unsigned long turn(unsigned long count)
{
    unsigned long sum = 0;
    for (unsigned long at = 0; at < count; ++at)
        for (unsigned long other = 0; other < count; ++other)
            sum += at ^ other;
    return sum;
}

template <unsigned long at>
struct Many {
    static constexpr unsigned long value = turn(4000 + at % 2) + Many<at - 1>::value;
};
template <>
struct Many<0> {
    static constexpr unsigned long value = 0;
};

int main()
{
    return Many<800>::value == 1;
}
