#include "probe.h"

extern char **environ;

int main(void)
{
    const char *const places[] = {"/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
                                  "/run/minos", "/.dockerenv", "/run/secrets", "/var/lib/docker",
                                  "/var/run/secrets/kubernetes.io"};
    for (char **at = environ; *at != NULL; at++) {
        char name[128];
        size_t length = strcspn(*at, "=");
        snprintf(name, sizeof name, "%.*s", (int)(length < 127 ? length : 127), *at);
        row(name, "set");
    }
    for (size_t at = 0; at < sizeof places / sizeof *places; at++)
        row(places[at], access(places[at], F_OK) == 0 ? "there" : "absent");
    return done();
}
