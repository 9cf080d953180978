import { describe, expect, it } from 'vitest';
import { SECCOMP_PROFILE } from '../../../src/sandbox/seccomp-profile.js';

const allowed = new Set(
  SECCOMP_PROFILE.syscalls
    .filter(({ action, args }) => action === 'SCMP_ACT_ALLOW' && args === undefined)
    .flatMap(({ names }) => names),
);

describe('the seccomp profile', () => {
  it('refuses what it does not name', () => {
    expect(SECCOMP_PROFILE.defaultAction).toBe('SCMP_ACT_ERRNO');
  });

  it('names every call once', () => {
    const [{ names } = { names: [] }] = SECCOMP_PROFILE.syscalls;
    expect(names).toEqual([...new Set(names)]);
    for (const name of names) expect(name).toMatch(/^_?[a-z0-9_]+$/);
  });

  it.each(
    `mount umount2 pivot_root fsopen fsmount open_tree move_mount chroot unshare setns ptrace
     process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp bpf perf_event_open
     io_uring_setup io_uring_enter io_uring_register io_setup userfaultfd keyctl add_key
     request_key msgget msgsnd semget shmget mq_open init_module finit_module delete_module
     kexec_load reboot swapon quotactl open_by_handle_at name_to_handle_at syslog personality
     acct sync syncfs vmsplice clock_settime clock_adjtime adjtimex settimeofday sched_setscheduler
     sched_setattr ioprio_set iopl ioperm modify_ldt socket clone clone3 fanotify_init
     memfd_secret lookup_dcookie set_mempolicy mbind move_pages vhangup sethostname`.split(/\s+/),
  )('does not allow %s without a condition', (name) => {
    expect(allowed.has(name)).toBe(false);
  });

  it('allows clone for threads only', () => {
    const rule = SECCOMP_PROFILE.syscalls.find(({ names }) => names.includes('clone'));
    expect(rule?.args).toEqual([
      { index: 0, op: 'SCMP_CMP_MASKED_EQ', value: 2_114_060_288, valueTwo: 0 },
    ]);
  });
});
