/**
 * The seccomp profile of the container: an allow-list, stricter than Docker's default, and our own
 * because the daemon's drifts from release to release. It holds what the supervisor, compilers and
 * language runtimes need, and nothing else; what is absent fails with EPERM. The supervisor puts a
 * second, stricter filter on the program itself (runner/seccomp.c).
 *
 * Absent on purpose: mount and namespace calls, ptrace and process_vm_*, bpf, perf, io_uring and
 * legacy AIO, userfaultfd, keyrings, System V and POSIX message queues (kernel memory that outlives
 * nothing, for no language of ours), kernel modules, clocks and reboot, quotas, open_by_handle_at,
 * sync (flushes the host's disks), personality, vmsplice, every socket family but AF_UNIX.
 */
export interface SeccompProfile {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly archMap: readonly { architecture: string; subArchitectures: readonly string[] }[];
  readonly syscalls: readonly SeccompRule[];
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArgument[];
}

export interface SeccompArgument {
  readonly index: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_MASKED_EQ';
  readonly value: number;
  readonly valueTwo?: number;
}

const ENOSYS = 38;
const EOPNOTSUPP = 95;
const EAFNOSUPPORT = 97;
const AF_UNIX = 1;
/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}. CLONE_NEWTIME cannot be given to clone. */
const CLONE_NAMESPACES = 0x7e02_0000;

interface Group {
  readonly why: string;
  readonly names: string;
}

const ALLOWED: readonly Group[] = [
  {
    why: 'read and write files',
    names: `read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek _llseek
      open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 flock ioctl
      truncate truncate64 ftruncate ftruncate64 fallocate fadvise64 fadvise64_64 readahead
      sendfile sendfile64 copy_file_range splice tee fsync fdatasync sync_file_range`,
  },
  {
    why: 'look at and arrange files; devices and foreign owners need capabilities that nobody has',
    names: `stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx statfs statfs64
      fstatfs fstatfs64 access faccessat faccessat2 getdents getdents64 getcwd chdir fchdir
      mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat readlink
      readlinkat unlink unlinkat mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown
      fchownat lchown umask utime utimes utimensat futimesat getxattr lgetxattr fgetxattr
      listxattr llistxattr flistxattr inotify_init inotify_init1 inotify_add_watch
      inotify_rm_watch`,
  },
  {
    why: 'memory; the JVM asks mincore about its stack, V8 asks for protection keys',
    names: `brk mmap mmap2 munmap mremap mprotect madvise msync mincore mlock mlock2 mlockall munlock
      munlockall memfd_create membarrier pkey_alloc pkey_free pkey_mprotect`,
  },
  {
    why: 'processes and threads; clone has a rule of its own',
    names: `fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid getppid gettid
      getpgid getpgrp setpgid getsid setsid set_tid_address set_robust_list get_robust_list rseq
      arch_prctl prctl futex futex_time64 futex_waitv restart_syscall pidfd_open
      pidfd_send_signal`,
  },
  {
    why: 'signals',
    names: `kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigpending rt_sigqueueinfo rt_sigreturn
      rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sigaltstack sigreturn pause alarm signalfd
      signalfd4`,
  },
  {
    why: 'tell and await time; setting a clock needs a capability and is absent',
    names: `clock_getres clock_gettime clock_nanosleep gettimeofday nanosleep time times getitimer
      setitimer timer_create timer_delete timer_getoverrun timer_gettime timer_settime
      timerfd_create timerfd_gettime timerfd_settime`,
  },
  {
    why: 'event loops',
    names: `select _newselect pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_ctl_old
      epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2`,
  },
  {
    why: 'pipes, and sockets that reach no further than the container; socket has a rule of its own',
    names: `pipe pipe2 socketpair bind connect listen accept accept4 getsockname getpeername
      getsockopt setsockopt sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg shutdown`,
  },
  {
    why: 'the supervisor turns into the slot user, and sets limits and its own filter',
    names: `getuid geteuid getgid getegid getgroups getresuid getresgid setuid setgid setreuid
      setregid setresuid setresgid setgroups setfsuid setfsgid capget capset getrlimit
      ugetrlimit setrlimit prlimit64 getrusage seccomp`,
  },
  {
    why: 'scheduling; real-time classes need a capability and are absent',
    names: `getpriority setpriority sched_yield sched_getaffinity sched_setaffinity sched_getattr
      sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
      sched_rr_get_interval ioprio_get getcpu`,
  },
  {
    why: 'facts about the machine that runtimes size themselves by',
    names: `uname sysinfo getrandom`,
  },
];

/** The profile as the Docker Engine reads it. Only the native system call table can be used. */
export const SECCOMP_PROFILE: SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
  ],
  syscalls: [
    { names: ALLOWED.flatMap(({ names }) => names.split(/\s+/)), action: 'SCMP_ACT_ALLOW' },
    // Threads yes, namespaces no.
    {
      names: ['clone'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: CLONE_NAMESPACES, valueTwo: 0 }],
    },
    // Its flags lie in memory, where a filter cannot look; ENOSYS makes libc fall back to clone.
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    {
      names: ['socket'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, op: 'SCMP_CMP_EQ', value: AF_UNIX }],
    },
    // What a kernel without that family says: programs that probe for IPv6 know it.
    {
      names: ['socket'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: EAFNOSUPPORT,
      args: [{ index: 0, op: 'SCMP_CMP_NE', value: AF_UNIX }],
    },
    // What a file system without extended attributes says: cp and install go on.
    {
      names: ['setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: EOPNOTSUPP,
    },
    // Go and Node probe for these and know how to do without.
    { names: ['io_uring_setup', 'userfaultfd'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
  ],
};
