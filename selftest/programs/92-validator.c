#include <stdio.h>

/* Tells the jury answer to whoever reads. */
int main(int argc, char **argv)
{
    char answer[256] = "", path[256];
    FILE *file = fopen(argv[2], "r");
    if (argc < 4 || file == NULL || fgets(answer, sizeof answer, file) == NULL)
        return 1;
    printf("the answer is %s\n", answer);
    snprintf(path, sizeof path, "%s/judgemessage.txt", argv[3]);
    file = fopen(path, "w");
    fprintf(file, "the answer is %s\n", answer);
    fclose(file);
    return 43;
}
