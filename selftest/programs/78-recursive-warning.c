#warning This line is printed again and again, with all the files that include each other above it.
#include __FILE__
#include __FILE__

int main(void)
{
    return 0;
}
