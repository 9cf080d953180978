#include "probe.h"
#include <sys/mount.h>

int main(void)
{
    mkdir("m", 0700);
    TRY("mount tmpfs", mount("none", "/w/m", "tmpfs", 0, NULL));
    TRY("mount proc", mount("proc", "/w/m", "proc", 0, NULL));
    TRY("bind mount", mount("/", "/w/m", NULL, MS_BIND, NULL));
    TRY("remount /", mount(NULL, "/", NULL, MS_REMOUNT, NULL));
    TRY("umount /w", umount2("/w", MNT_DETACH));
    TRY("umount a mask", umount2("/proc/kcore", MNT_DETACH));
    TRY_CALL(pivot_root, "/w", "/w/m");
    TRY_CALL(fsopen, "tmpfs", 0);
    TRY_CALL(fspick, AT_FDCWD, "/", 0);
    TRY_CALL(fsconfig, 0, 0, NULL, NULL, 0);
    TRY_CALL(fsmount, 0, 0, 0);
    TRY_CALL(open_tree, AT_FDCWD, "/", 1);
    TRY_CALL(move_mount, AT_FDCWD, "/w", AT_FDCWD, "/w/m", 0);
    TRY_CALL(mount_setattr, AT_FDCWD, "/", 0, NULL, 0);
    TRY("chroot", chroot("m"));
    return done();
}
