/*
 * Lending. A compiled program of some size is not copied into each container of its submission: the
 * supervisor asks for it, and we put a mount of that one file of the worker's store, read-only, over
 * an empty file that it has made below its /box.
 *
 *   supervisor ── key, name ──► launcher        supervisor ◄── 0 or errno ── launcher
 *
 * There are two mount namespaces. The store is in the library alone, into which nobody but us ever
 * looks; containers copy the room, so that none has more of the store than what was put there for it.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KEY_SIZE = 64 }; /* A SHA-256 in hexadecimal. */

static int library = -1, room = -1;

/* Called where the store is mounted at /box; in the room then, where it is still. */
void lending_open(int proc) {
    library = (int)must(openat(proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC), "the library");
    must(unshare(CLONE_NEWNS), "unshare");
    room = (int)must(openat(proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC), "the room");
}

/* A file of the store, as a mount that is nowhere yet. */
static int take(const char *key) {
    char path[sizeof "/box/" + KEY_SIZE];
    if (strlen(key) != KEY_SIZE || strspn(key, "0123456789abcdef") != KEY_SIZE) {
        errno = EINVAL;
        return -1;
    }
    snprintf(path, sizeof path, "/box/%s", key);
    must(setns(library, CLONE_NEWNS), "entering the library");
    return (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

/* Over a file of the container's own /box, wherever its name may want to lead. */
static int put(int file, const char *name, int pidfd) {
    const struct open_how how = {
        .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
    };
    if (setns(pidfd, CLONE_NEWNS) < 0) return -1;
    int box = (int)must(open("/box", O_PATH | O_DIRECTORY | O_CLOEXEC), "/box");
    int place = (int)syscall(SYS_openat2, box, name, &how, sizeof how), error = errno;
    must(close(box), "close");
    if (place >= 0) {
        long moved = syscall(SYS_move_mount, file, "", place, "",
                             MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        error = moved < 0 ? errno : 0;
        must(close(place), "close");
    }
    errno = error;
    return error == 0 ? 0 : -1;
}

/* A supervisor wants to say something: false when it has gone, and will ask no more. */
bool lending_attend(int ear, int pidfd) {
    char wish[KEY_SIZE + 1 + PATH_MAX];
    ssize_t length = recv(ear, wish, sizeof wish, MSG_DONTWAIT);
    if (length <= 0) return false;
    wish[length - 1] = '\0';
    int file = take(wish), lent = -1, error;
    if (file >= 0) lent = put(file, wish + KEY_SIZE + 1, pidfd);
    error = lent < 0 ? errno : 0;
    must(setns(room, CLONE_NEWNS), "returning to the room");
    if (file >= 0) must(close(file), "close");
    return send(ear, &error, sizeof error, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof error;
}
