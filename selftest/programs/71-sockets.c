#include "probe.h"

int main(void)
{
    const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET};
    char attempt[32];
    for (int family = 0; family <= 50; family++) {
        int opened = 0, refused = 0;
        for (size_t at = 0; at < sizeof types / sizeof *types; at++)
            for (int protocol = 0; protocol < 20; protocol++) {
                errno = 0;
                int fd = socket(family, types[at], protocol);
                if (fd >= 0) {
                    opened++;
                    close(fd);
                } else if (errno == EAFNOSUPPORT || errno == EPERM || errno == EACCES) {
                    refused++;
                }
            }
        /* EINVAL and the like would mean that the family was reached. */
        snprintf(attempt, sizeof attempt, "family %d", family);
        row(attempt, opened > 0 ? "opens" : refused == 140 ? "refused" : "reached");
        int pair[2];
        if (family != AF_UNIX && socketpair(family, SOCK_STREAM, 0, pair) == 0)
            row(attempt, "opens a pair");
    }
    return done();
}
