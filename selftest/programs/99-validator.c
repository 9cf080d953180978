#include "probe.h"

/* Forks, floods, links and lies; then rejects as it should. */
int main(int argc, char **argv)
{
    char path[300];
    if (argc < 4)
        return 1;
    snprintf(path, sizeof path, "%s/judgemessage.txt", argv[3]);
    symlink("/etc/passwd", path);
    snprintf(path, sizeof path, "%s/teammessage.txt", argv[3]);
    mkfifo(path, 0600);
    for (int child = 0; child < 20; child++)
        if (fork() == 0) {
            setsid();
            for (;;)
                pause();
        }
    TRY("network", socket(AF_INET, SOCK_STREAM, 0));
    TRY("root", setuid(0));
    TRY("signal to 1", kill(1, SIGTERM));
    return 43;
}
