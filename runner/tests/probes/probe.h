/* What the probes share: a table of deeds, chosen by the first argument. */
#ifndef MINOS_PROBE_H
#define MINOS_PROBE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct deed {
    const char *name;
    int (*act)(const char *argument);
};

static inline int run_deed(const struct deed *deeds, size_t count, int argc, char **argv) {
    for (size_t i = 0; argc > 1 && i < count; i++)
        if (strcmp(deeds[i].name, argv[1]) == 0) return deeds[i].act(argc > 2 ? argv[2] : "");
    fprintf(stderr, "no such deed\n");
    return 99;
}

/* One line "name=errno", where 0 is success: what the tests compare. */
static inline void tell(const char *name, long result) {
    printf("%s=%d\n", name, result < 0 ? errno : 0);
}

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define PROBE(deeds) \
    int main(int argc, char **argv) { return run_deed(deeds, COUNT(deeds), argc, argv); }

#endif
