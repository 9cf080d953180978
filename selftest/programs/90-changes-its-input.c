#include "probe.h"

int main(void)
{
    /* stdin is a file that only root may write; try all the same. */
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/0");
    TRY("open of stdin for writing", open(path, O_WRONLY));
    TRY("ftruncate of stdin", ftruncate(0, 0));
    TRY("write to stdin", write(0, "x", 1));
    TRY("fchmod of stdin", fchmod(0, 0666));
    TRY("open of /box/.case/input", open("/box/.case/input", O_RDONLY));
    TRY("open of /box/.case/answer", open("/box/.case/answer", O_RDONLY));
    return done();
}
