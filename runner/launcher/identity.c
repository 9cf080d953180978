/*
 * Who root is in a container: not the machine's. All containers of a launcher share one user
 * namespace, in which two ids exist: 0, which outside is an id that nobody has, and that of the
 * slot's programs. The other namespaces, the mounts and the cgroups stay the machine's: a supervisor
 * that enters has no right over any of them, whatever capability it keeps.
 *
 * A container enters as the last thing before it drops its capabilities, so everything before is made
 * as by a container without. Where the kernel has none, or gives us none, root stays the machine's.
 *
 * The supervisor's file belongs to the machine's root and is closed to everybody else, so it is
 * executed from a sealed copy in memory that belongs to the container's root.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10u
#endif

/* In a range that systemd's list of ids calls unused; one for each slot, as the programs have. */
enum { ROOT_BASE = 1900000000, LINE_SIZE = 128 };

static int namespace_fd = -1, supervisor_fd = -1;
static uid_t root;

/* Not where we are in a user namespace ourselves, in which such an id does not exist. */
static bool write_map(pid_t pid, const char *name, uid_t program) {
    char path[LINE_SIZE], map[LINE_SIZE];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int length = snprintf(map, sizeof map, "0 %u 1\n%u %u 1\n", root, program, program);
    int fd = (int)must(open(path, O_WRONLY | O_CLOEXEC), path);
    bool is_written = write(fd, map, (size_t)length) == length;
    must(close(fd), "close");
    return is_written;
}

/* A namespace needs a process to be born with; once we hold it open, no longer. */
static void make_namespace(uid_t program) {
    int ready[2];
    char byte, path[LINE_SIZE];
    must(pipe2(ready, O_CLOEXEC), "pipe");
    pid_t pid = (pid_t)must(fork(), "fork");
    if (pid == 0) {
        if (unshare(CLONE_NEWUSER) < 0 || write(ready[1], "", 1) != 1) _exit(1);
        for (;;) pause();
    }
    must(close(ready[1]), "close");
    if (must(read(ready[0], &byte, 1), "read") == 1 && write_map(pid, "uid_map", program) &&
        write_map(pid, "gid_map", program)) {
        snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
        namespace_fd = (int)must(open(path, O_RDONLY | O_CLOEXEC), path);
    }
    must(close(ready[0]), "close");
    must(kill(pid, SIGKILL), "kill");
    must(waitpid(pid, NULL, 0), "waitpid");
}

static void copy_supervisor(const char *image) {
    struct stat status;
    char path[4096];
    snprintf(path, sizeof path, "%s" SUPERVISOR, image);
    int from = (int)must(open(path, O_RDONLY | O_CLOEXEC), path);
    must(fstat(from, &status), path);
    supervisor_fd = memfd_create("supervisor", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (supervisor_fd < 0 && errno == EINVAL) /* Before Linux 6.3 every such file is executable. */
        supervisor_fd = memfd_create("supervisor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    must(supervisor_fd, "a copy of the supervisor");
    for (off_t left = status.st_size; left > 0;) {
        ssize_t copied = (ssize_t)must(sendfile(supervisor_fd, from, NULL, (size_t)left), path);
        if (copied == 0) die("%s was cut short\n", path);
        left -= copied;
    }
    must(close(from), "close");
    must(fchown(supervisor_fd, root, root), "fchown");
    must(fchmod(supervisor_fd, 0500), "fchmod");
    must(fcntl(supervisor_fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL), "seals");
}

void identity_open(const char *image, uid_t program) {
    root = ROOT_BASE + program;
    make_namespace(program);
    if (namespace_fd < 0) root = 0;
    else copy_supervisor(image);
}

/* The container's root, as the machine calls it. */
uid_t identity_root(void) {
    return root;
}

/* What to execute as the supervisor; -1: its file. */
int identity_supervisor(void) {
    return supervisor_fd;
}

/* Called by the child: it is root of its namespace then, with every capability there. 0, or -1. */
int identity_enter(void) {
    if (namespace_fd < 0) return 0;
    if (setns(namespace_fd, CLONE_NEWUSER) < 0 || setgroups(0, NULL) < 0) return -1;
    return setresgid(0, 0, 0) < 0 ? -1 : setresuid(0, 0, 0);
}
