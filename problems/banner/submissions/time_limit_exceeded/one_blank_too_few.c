/* Adds a blank to each side until the board is full, which an odd number of blanks never is. */
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
        volatile unsigned free_places = (unsigned)width - (unsigned)strlen(text);
        int left = 0;
        while (free_places != 0) {
            free_places -= 2;
            left++;
        }
        printf("|%*s%s%*s|\n", left, "", text, left, "");
    }
    frame(width);
    return 0;
}
