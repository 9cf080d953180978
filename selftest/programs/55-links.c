#include "probe.h"

int main(void)
{
    char longest[256];
    memset(longest, 'n', 255);
    longest[255] = '\0';
    symlink("/etc/shadow", "shadow");
    symlink("/proc/1/fd/1", "frames");
    symlink("..", "above");
    symlink("feedback", "feedback");
    mkfifo("fifo", 0600);
    TRY("link /etc/passwd", link("/etc/passwd", "passwd"));
    TRY("link /proc/self/exe", linkat(AT_FDCWD, "/proc/self/exe", AT_FDCWD, "exe", AT_SYMLINK_FOLLOW));
    try_open("shadow", O_RDONLY);
    try_open("frames", O_WRONLY);
    const char *const names[] = {"new\nline", "-rf", "\xff\xfe", "\033[31m", longest, "* ?", "\\"};
    for (size_t at = 0; at < sizeof names / sizeof *names; at++)
        close(open(names[at], O_WRONLY | O_CREAT, 0600));
    chmod(".", 0);
    return done();
}
