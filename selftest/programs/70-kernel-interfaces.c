#include "probe.h"
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/personality.h>
#include <sys/quota.h>

int main(void)
{
    char bytes[4096] = {0};
    union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_CPU_CLOCK};
    TRY_CALL(keyctl, 0, -3, 1, 0, 0);
    TRY_CALL(add_key, "user", "name", "x", 1, -3);
    TRY_CALL(request_key, "user", "name", NULL, -3);
    TRY_CALL(bpf, BPF_MAP_CREATE, &map, sizeof map);
    TRY_CALL(perf_event_open, &event, 0, -1, -1, 0);
    TRY_CALL(io_uring_setup, 4, bytes);
    TRY_CALL(io_uring_enter, 0, 0, 0, 0, NULL, 0);
    TRY_CALL(io_uring_register, 0, 0, NULL, 0);
    TRY_CALL(io_setup, 4, bytes);
    TRY_CALL(userfaultfd, 0);
    TRY_CALL(kexec_load, 0, 0, NULL, 0);
    TRY_CALL(kexec_file_load, -1, -1, 0, NULL, 0);
    TRY_CALL(init_module, bytes, 0, "");
    TRY_CALL(finit_module, -1, "", 0);
    TRY_CALL(delete_module, "x", 0);
    /* The command that only chooses what Ctrl-Alt-Del does. */
    TRY_CALL(reboot, 0xfee1dead, 672274793, 0, NULL);
    TRY_CALL(swapon, "/w/swap", 0);
    TRY_CALL(swapoff, "/w/swap");
    TRY_CALL(quotactl, QCMD(Q_GETINFO, 0), "/dev/x", 0, bytes);
    TRY_CALL(open_by_handle_at, AT_FDCWD, bytes, 0);
    TRY_CALL(name_to_handle_at, AT_FDCWD, "/", bytes, bytes, 0);
    TRY_CALL(syslog, 3, bytes, sizeof bytes);
    TRY_CALL(personality, ADDR_NO_RANDOMIZE);
    TRY_CALL(sethostname, "x", 1);
    TRY_CALL(setdomainname, "x", 1);
    TRY_CALL(acct, "/w/acct");
    TRY_CALL(fanotify_init, 0, 0);
    TRY_CALL(lookup_dcookie, 0, bytes, 1);
    TRY_CALL(vhangup);
    TRY_CALL(msgget, 0, 01600);
    TRY_CALL(semget, 0, 1, 01600);
    TRY_CALL(shmget, 0, 4096, 01600);
    TRY_CALL(mq_open, "x", O_CREAT, 0600, NULL);
    TRY_CALL(sync);
    TRY_CALL(memfd_secret, 0);
    TRY_CALL(landlock_create_ruleset, NULL, 0, 1);
    TRY_CALL(set_mempolicy, 0, NULL, 0);
    TRY_CALL(mbind, NULL, 0, 0, NULL, 0, 0);
#ifdef __x86_64__
    TRY_CALL(iopl, 3);
    TRY_CALL(ioperm, 0x80, 1, 1);
    TRY_CALL(modify_ldt, 0, bytes, sizeof bytes);
#endif
    TRY("system call 9999", syscall(9999));
    return done();
}
