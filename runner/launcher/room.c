/*
 * The room: what all containers of one launcher share, made once. A container copies the mount
 * namespace, in which the only mounts are these two, and adds its own (container.c).
 *
 *   /       the unpacked image, read-only, nosuid, nodev
 *   /dev    null, zero, full, random, urandom and links to the own descriptors, read-only
 *
 * There is one network namespace for all of them, empty, its loopback down: making one takes as long
 * as everything else together. Only one program runs at a time in it, the others are supervisors that
 * wait; abstract sockets, the only thing that could be met there, are the business of Landlock too.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { FILTER_MAX = 4096, LANDLOCK_WITH_SCOPES = 6 };

static struct sock_filter instructions[FILTER_MAX];
static struct sock_fprog filter = {0, instructions};
static int landlock_fd = -1;

/* The container's seccomp filter, compiled by the worker from the profile that Docker gets too. */
void room_load_filter(int fd) {
    ssize_t size = must(pread(fd, instructions, sizeof instructions, 0), "reading the filter");
    if (size == 0 || (size_t)size % sizeof *instructions != 0) die("a filter of %zd bytes\n", size);
    filter.len = (unsigned short)((size_t)size / sizeof *instructions);
    must(close(fd), "close");
}

const struct sock_fprog *room_filter(void) {
    return &filter;
}

/* A rule set that keeps signals and abstract sockets inside of a container; -1 before Linux 6.12, or
   where Landlock is turned off. The namespaces do the same: this is a second lock on the door. */
int room_landlock(void) {
    return landlock_fd;
}

static void make_landlock(void) {
    const struct { uint64_t files, network, scoped; } rules = {0, 0, 1 /* sockets */ | 2 /* signals */};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < LANDLOCK_WITH_SCOPES) return;
    landlock_fd = (int)must(syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0), "Landlock");
}

/* Copies of the host's nodes would do as well, but these cannot be anything else. */
static void make_devices(void) {
    static const struct { const char *name; unsigned minor; } devices[] = {
        {"dev/null", 3}, {"dev/zero", 5}, {"dev/full", 7}, {"dev/random", 8}, {"dev/urandom", 9},
    };
    static const struct { const char *name, *target; } links[] = {
        {"dev/fd", "/proc/self/fd"},
        {"dev/stdin", "/proc/self/fd/0"},
        {"dev/stdout", "/proc/self/fd/1"},
        {"dev/stderr", "/proc/self/fd/2"},
    };
    must(mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k,nr_inodes=32"), "/dev");
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        must(mknod(devices[i].name, S_IFCHR | 0666, makedev(1, devices[i].minor)), devices[i].name);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        must(symlink(links[i].target, links[i].name), links[i].name);
    /* A place for shared memory, closed to everybody until a container mounts it. */
    must(mkdir("dev/shm", 0700), "/dev/shm");
    must(mount(NULL, "dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL), "/dev");
}

/* Files that are lent (lending.c); only its own namespace has them. */
static void mount_store(const char *store) {
    must(mount(store, "box", NULL, MS_BIND, NULL), store);
    must(mount(NULL, "box", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), store);
}

void room_open(const char *root, const char *store) {
    int proc = (int)must(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), "/proc");
    must(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL), "a keyring of its own");
    make_landlock();
    must(unshare(CLONE_NEWNS | CLONE_NEWNET), "unshare");
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
    must(mount(root, root, NULL, MS_BIND, NULL), root);
    must(mount(NULL, root, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), root);
    must(chdir(root), root);
    make_devices();
    mount_store(store);
    /* The old root is put on top of the new one and taken away: no path leads out of here. */
    must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    must(umount2(".", MNT_DETACH), "detaching the host's files");
    must(chdir("/"), "/");
    lending_open(proc);
    must(umount2("/box", MNT_DETACH), "leaving the store");
    must(close(proc), "close");
}
