#include "probe.h"
#include <ftw.h>

static const long WANTED = 500L << 20;
static long seen;

static int visit(const char *path, const struct stat *stats, int type, struct FTW *place)
{
    static char block[1 << 18];
    (void)place;
    if (type != FTW_F || !S_ISREG(stats->st_mode))
        return 0;
    int fd = open(path, O_RDONLY);
    for (long part; fd >= 0 && (part = read(fd, block, sizeof block)) > 0;)
        seen += part;
    close(fd);
    return seen >= WANTED;
}

int main(void)
{
    while (seen < WANTED && nftw("/usr", visit, 20, FTW_PHYS) == 0)
        ;
    return done();
}
