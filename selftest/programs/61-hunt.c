#include "probe.h"
#include <dirent.h>
#include <ftw.h>

/* Looks for a secret in everything that can be read; the mark is put together, so as not to find itself. */
static char mark[16];
static char block[(1 << 20) + 16];

static void search(const char *path)
{
    size_t kept = 0;
    ssize_t part;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    if (fd < 0)
        return;
    for (long total = 0; total < 256 << 20 && (part = read(fd, block + kept, 1 << 20)) > 0; total += part) {
        size_t have = kept + (size_t)part;
        char *found = memmem(block, have, mark, strlen(mark));
        if (found != NULL) {
            size_t left = (size_t)(block + have - found);
            printf("%s: %.*s\n", path, (int)(left < 80 ? left : 80), found);
            fprintf(stderr, "%s: %.*s\n", path, (int)(left < 80 ? left : 80), found);
        }
        kept = have < 15 ? have : 15;
        memmove(block, block + have - kept, kept);
    }
    close(fd);
}

static int visit(const char *path, const struct stat *stats, int type, struct FTW *place)
{
    (void)place;
    if (type == FTW_F && S_ISREG(stats->st_mode))
        search(path);
    return 0;
}

static void search_processes(void)
{
    const char *const files[] = {"cmdline", "environ", "maps", "comm", "status", "mountinfo", "cgroup"};
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;) {
        char path[300];
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        for (size_t at = 0; at < sizeof files / sizeof *files; at++) {
            snprintf(path, sizeof path, "/proc/%s/%s", entry->d_name, files[at]);
            search(path);
        }
        for (int fd = 0; fd < 64; fd++) {
            snprintf(path, sizeof path, "/proc/%s/fd/%d", entry->d_name, fd);
            /* stdin is this case's own input. */
            if (fd > 2)
                search(path);
        }
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    snprintf(mark, sizeof mark, "%s-%s", "minos", "canary");
    const char *const trees[] = {"/bin", "/boot", "/box", "/dev/shm", "/etc", "/home", "/lib", "/minos", "/mnt",
                                 "/opt", "/root", "/run", "/srv", "/tmp", "/var", "/w"};
    for (size_t at = 0; at < sizeof trees / sizeof *trees; at++)
        nftw(trees[at], visit, 20, FTW_PHYS);
    search_processes();
    nftw("/proc/sys/kernel", visit, 20, FTW_PHYS);
    /* What an earlier program might have left in memory. */
    char *memory = malloc(32 << 20);
    if (memory != NULL && memmem(memory, 32 << 20, mark, strlen(mark)) != NULL)
        printf("memory: %s\n", mark);
    for (char **at = argv; *at != NULL; at++)
        if (strstr(*at, mark) != NULL)
            printf("argument: %s\n", *at);
    return done();
}
