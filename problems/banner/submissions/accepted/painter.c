#include <stdio.h>
#include <string.h>

static void frame(int width) {
    putchar('+');
    for (int i = 0; i < width; i++) putchar('-');
    puts("+");
}

int main(void) {
    int width, lines;
    if (scanf("%d %d%*c", &width, &lines) != 2) return 1;
    frame(width);
    for (int i = 0; i < lines; i++) {
        char text[80];
        if (fgets(text, sizeof text, stdin) == NULL) return 1;
        text[strcspn(text, "\n")] = '\0';
        const int length = (int)strlen(text);
        const int left = (width - length) / 2;
        printf("|%*s%s%*s|\n", left, "", text, width - length - left, "");
    }
    frame(width);
    return 0;
}
