import { describe, expect, it } from 'vitest';
import { cgroupLayout } from '../../../../src/sandbox/native/cgroup-layout.js';

/** Recorded from machines of each kind, shortened. */
const VERSION_1 = `proc /proc proc rw 0 0
tmpfs /sys/fs/cgroup tmpfs ro,nosuid,nodev,noexec,mode=755 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,nosuid,nodev,noexec,relatime,xattr,name=systemd 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,nodev,noexec,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,nosuid,nodev,noexec,relatime,memory 0 0
cgroup /sys/fs/cgroup/cpuset cgroup rw,nosuid,nodev,noexec,relatime,cpuset 0 0
cgroup /sys/fs/cgroup/net_cls,net_prio cgroup rw,nosuid,relatime,net_cls,net_prio 0 0
cgroup /sys/fs/cgroup/pids cgroup rw,nosuid,nodev,noexec,relatime,pids 0 0
`;
const HYBRID = `${VERSION_1}cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nosuid,nodev,noexec,relatime 0 0
`;
const VERSION_2 = `proc /proc proc rw 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0
`;
const all = () => 'cpuset cpu io memory hugetlb pids rdma misc\n';
const none = () => '\n';

const OF_VERSION_1 = {
  version: 1,
  hierarchies: [
    { path: '/sys/fs/cgroup/cpu,cpuacct', roles: 'ca' },
    { path: '/sys/fs/cgroup/memory', roles: 'm' },
    { path: '/sys/fs/cgroup/cpuset', roles: 's' },
    { path: '/sys/fs/cgroup/pids', roles: 'p' },
  ],
};

describe('the layout of control groups', () => {
  it('is version 1, with controllers that share a mount', () => {
    expect(cgroupLayout(VERSION_1, none)).toEqual(OF_VERSION_1);
  });

  it('is version 1 where both are mounted, and version 1 has the controllers', () => {
    expect(cgroupLayout(HYBRID, none)).toEqual(OF_VERSION_1);
  });

  it('is version 2', () => {
    expect(cgroupLayout(VERSION_2, all)).toEqual({
      version: 2,
      hierarchies: [{ path: '/sys/fs/cgroup', roles: 'u' }],
    });
  });

  it('says what is missing', () => {
    const withoutPids = HYBRID.replace(/.*\/pids .*\n/, '');
    expect(cgroupLayout(withoutPids, () => 'pids')).toBe('no cgroup of version 1 for pids');
    expect(cgroupLayout(VERSION_2, () => 'cpu memory')).toBe(
      'cgroup version 2 without cpuset, pids',
    );
    expect(cgroupLayout('proc /proc proc rw 0 0\n', none)).toBe('no cgroups are mounted');
  });
});
