#include <stdio.h>
#include <string.h>

static int same(const char *path, const char *expected)
{
    char text[128] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(text, sizeof text, file) == NULL)
        return 0;
    return strcmp(text, expected) == 0;
}

int main(int argc, char **argv)
{
    return argc > 2 && same(argv[1], "untouched input\n") && same(argv[2], "untouched answer\n") ? 42 : 43;
}
