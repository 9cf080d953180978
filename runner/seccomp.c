/*
 * The program's own filter, on top of the container's. The container's must let the supervisor do
 * its work; the program needs none of that.
 *
 * What is listed is refused, what is newer than the list is unknown and refused too, the rest is
 * what the container's filter allows. The kernel remembers system calls that are allowed whatever
 * their arguments (since 5.11) and does not run the filter for them, so a plain list costs nothing.
 */
#include "runner.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined __x86_64__
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter knows x86_64 and aarch64"
#endif

/* set_mempolicy_home_node (Linux 5.17): the newest system call that this table was checked with. */
enum { LAST_REVIEWED = 450 };

enum { GROUP_SIZE = 16, END = -1 };

/* System calls that are refused whatever their arguments. */
struct group {
    int error;
    int numbers[GROUP_SIZE];
};

static const struct group REFUSED[] = {
    /* Other processes' memory and descriptors. */
    {EPERM, {__NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_process_madvise,
             __NR_process_mrelease, __NR_pidfd_getfd, __NR_kcmp, END}},
    /* Namespaces: a new user namespace brings every capability back, with its kernel surface. */
    {EPERM, {__NR_unshare, __NR_setns, END}},
    /* Its flags are in memory, out of a filter's sight. libc falls back to clone. */
    {ENOSYS, {__NR_clone3, END}},
    /* Mounts. */
    {EPERM, {__NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_open_tree, __NR_move_mount,
             __NR_fsopen, __NR_fsconfig, __NR_fsmount, __NR_fspick, __NR_mount_setattr, END}},
    /* Handles open files past every path check. */
    {EPERM, {__NR_name_to_handle_at, __NR_open_by_handle_at, END}},
    /* A large kernel surface with a history of holes, of no use to a program that is judged. */
    {EPERM, {__NR_bpf, __NR_perf_event_open, __NR_userfaultfd, __NR_fanotify_init,
             __NR_fanotify_mark, END}},
    /* The same; runtimes fall back when it seems not to be there. */
    {ENOSYS, {__NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register, __NR_memfd_secret,
              END}},
    /* Keys are not in any namespace. */
    {EPERM, {__NR_keyctl, __NR_add_key, __NR_request_key, END}},
    /* The machine's clocks. */
    {EPERM, {__NR_clock_settime, __NR_clock_adjtime, __NR_settimeofday, __NR_adjtimex, END}},
    /* NUMA placement: other processes' memory, and memory outside the slot's node. */
    {EPERM, {__NR_migrate_pages, __NR_move_pages, __NR_mbind, __NR_set_mempolicy,
             __NR_set_mempolicy_home_node, END}},
    /* Administration of the machine. */
    {EPERM, {__NR_acct, __NR_quotactl, __NR_quotactl_fd, __NR_swapon, __NR_swapoff, __NR_reboot,
             __NR_kexec_load, __NR_kexec_file_load, __NR_syslog, __NR_vhangup, __NR_sethostname,
             __NR_setdomainname, END}},
    {EPERM, {__NR_init_module, __NR_finit_module, __NR_delete_module, END}},
#ifdef __x86_64__
    /* Ports and 16-bit segments. */
    {EPERM, {__NR_iopl, __NR_ioperm, __NR_modify_ldt, END}},
    /* Relics. */
    {ENOSYS, {__NR_uselib, __NR_ustat, __NR_sysfs, __NR__sysctl, END}},
#endif
};

/* Refused by the low half of one argument; the kernel looks at no more of those named here. */
struct rule {
    int number;
    unsigned argument;
    enum { HAS_BIT, IS, IS_NOT } when;
    uint32_t value;
    int error;
};

static const struct rule RULES[] = {
    /* Threads and processes, but no namespaces. */
    {__NR_clone, 0, HAS_BIT, CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
        CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET, EPERM},
    /* Any other family is kernel code that nobody needs: there is no network. */
    {__NR_socket, 0, IS_NOT, AF_UNIX, EAFNOSUPPORT},
    {__NR_socketpair, 0, IS_NOT, AF_UNIX, EAFNOSUPPORT},
    /* Typing into a terminal, or taking one. */
    {__NR_ioctl, 1, IS, TIOCSTI, EPERM},
    {__NR_ioctl, 1, IS, TIOCLINUX, EPERM},
    {__NR_ioctl, 1, IS, TIOCSCTTY, EPERM},
    /* It may be asked for; another one turns off address randomisation and other guards. */
    {__NR_personality, 0, IS_NOT, 0xffffffff, EPERM},
};

/*
 * Locks and watches on inodes that containers share (/proc/self/ns/user is one) pass messages from
 * one container to another. Compilers lock their caches, and no test data is near them, so the job
 * says whether these hold. The error numbers are those of a kernel without file locking.
 */
static const struct group SHARED_STATE_REFUSED[] = {
    {ENOSYS, {__NR_flock, __NR_inotify_init1, END}},
#ifdef __x86_64__
    {ENOSYS, {__NR_inotify_init, END}},
#endif
};
static const struct rule SHARED_STATE_RULES[] = {
    {__NR_fcntl, 1, IS, F_GETLK, ENOLCK},
    {__NR_fcntl, 1, IS, F_SETLK, ENOLCK},
    {__NR_fcntl, 1, IS, F_SETLKW, ENOLCK},
    {__NR_fcntl, 1, IS, F_OFD_GETLK, ENOLCK},
    {__NR_fcntl, 1, IS, F_OFD_SETLK, ENOLCK},
    {__NR_fcntl, 1, IS, F_OFD_SETLKW, ENOLCK},
    {__NR_fcntl, 1, IS, F_SETLEASE, EPERM},
    {__NR_fcntl, 1, IS, F_NOTIFY, EPERM},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { FILTER_SIZE_MAX = 512 };

static struct sock_filter filter[FILTER_SIZE_MAX];
static unsigned short filter_size;

static void add(uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false) {
    if (filter_size == FILTER_SIZE_MAX) _exit(1);
    filter[filter_size++] = (struct sock_filter){code, if_true, if_false, value};
}

static void load(size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void refuse(int error) {
    add(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error, 0, 0);
}

/* Only the native calling convention: another has other numbers, which this table does not name. */
static void add_preamble(void) {
    load(offsetof(struct seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0);
    add(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    load(offsetof(struct seccomp_data, nr));
    add(BPF_JMP | BPF_JGT | BPF_K, LAST_REVIEWED, 0, 1); /* x32 has a high bit set: also above. */
    refuse(ENOSYS);
}

static void add_groups(const struct group *groups, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (const int *number = groups[i].numbers; *number != END; number++) {
            add(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)*number, 0, 1);
            refuse(groups[i].error);
        }
}

static void add_rules(const struct rule *rules, size_t count) {
    for (const struct rule *rule = rules; rule < rules + count; rule++) {
        const bool has_bit = rule->when == HAS_BIT, is_not = rule->when == IS_NOT;
        add(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->number, 0, 4);
        load(offsetof(struct seccomp_data, args) + 8 * rule->argument); /* Little-endian. */
        add(BPF_JMP | (has_bit ? BPF_JSET : BPF_JEQ) | BPF_K, rule->value, is_not, !is_not);
        refuse(rule->error);
        load(offsetof(struct seccomp_data, nr));
    }
}

int seccomp_install(bool deny_shared_state) {
    add_preamble();
    add_groups(REFUSED, COUNT(REFUSED));
    add_rules(RULES, COUNT(RULES));
    if (deny_shared_state) {
        add_groups(SHARED_STATE_REFUSED, COUNT(SHARED_STATE_REFUSED));
        add_rules(SHARED_STATE_RULES, COUNT(SHARED_STATE_RULES));
    }
    add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    const struct sock_fprog program = {filter_size, filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
