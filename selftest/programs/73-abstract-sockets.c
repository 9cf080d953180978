#include "probe.h"
#include <stddef.h>
#include <sys/un.h>

static void try_abstract(const char *name)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    memcpy(to.sun_path + 1, name, length);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    TRY(name, connect(fd, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)));
    close(fd);
}

int main(void)
{
    char line[512];
    int listed = 0;
    try_abstract("/containerd-shim/moby/x/shim.sock");
    try_abstract("/tmp/.X11-unix/X0");
    /* The harness listens there on the host. */
    try_abstract("minos-selftest");
    FILE *sockets = fopen("/proc/net/unix", "r");
    while (sockets != NULL && fgets(line, sizeof line, sockets) != NULL)
        if (strchr(line, '@') != NULL || strchr(line, '/') != NULL)
            listed++;
    row("named sockets to be seen", listed == 0 ? "none" : "some");
    return done();
}
