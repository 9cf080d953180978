#include "probe.h"
#include <sys/sysmacros.h>

int main(void)
{
    TRY("mknod block", mknod("block", S_IFBLK | 0600, makedev(8, 0)));
    TRY("mknod mem", mknod("mem", S_IFCHR | 0600, makedev(1, 1)));
    TRY("mknod null", mknod("null", S_IFCHR | 0600, makedev(1, 3)));
    const char *const devices[] = {"/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/kvm",
                                   "/dev/fuse", "/dev/net/tun", "/dev/port", "/dev/loop-control",
                                   "/dev/snd/seq", "/dev/dri/card0", "/dev/input/event0"};
    for (size_t at = 0; at < sizeof devices / sizeof *devices; at++)
        try_open(devices[at], O_RDWR);
    return done();
}
