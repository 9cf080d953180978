import { endedBySignal } from '../checks.js';
import type { HostileCase } from '../hostile-case.js';
import { all, rows } from '../probe-rows.js';

const READ_ONLY = 'EROFS|EACCES|EPERM|ENOENT';
const ROOT = 'the root file system is read-only, and root’s';

export const FILESYSTEM: readonly HostileCase[] = [
  {
    number: 51,
    title: 'nothing can be written but the work directory',
    language: 'c',
    source: '51-write-everywhere.c',
    expected: ['AC'],
    checks: [
      rows([
        ['.', 'ok', 'the work directory is the program’s'],
        ['/tmp', 'ok', '/tmp is the work directory'],
        ...all(['/', '/etc', '/var/tmp', '/var', '/run', '/home'], READ_ONLY, ROOT),
        ...all(['/root', '/usr/bin', '/minos', '/mnt', '/opt'], READ_ONLY, ROOT),
        ['/box', 'EACCES', 'root’s, so that artifact and input stay what they are'],
        ...all(['/dev', '/proc', '/sys'], READ_ONLY, 'root’s'),
        ['fallocate 10 GB', 'ENOSPC|EFBIG', 'RLIMIT_FSIZE, and the size of the tmpfs'],
        ['ftruncate 10 GB', 'EFBIG', 'RLIMIT_FSIZE'],
        ['/etc/passwd', 'EROFS|EACCES', ROOT],
        ['/proc/self/exe', 'EACCES|ETXTBSY|EROFS', 'the artifact is root’s'],
        ['rename /etc/passwd', 'EROFS|EACCES', ROOT],
        ['unlink /bin/sh', 'EROFS|EACCES', ROOT],
        ['utimensat /etc/passwd', 'EROFS|EACCES|EPERM', ROOT],
      ]),
    ],
    quick: true,
  },
  {
    number: 52,
    title: 'files and directories run out at the cap of inodes',
    language: 'c',
    source: '52-many-files.c',
    expected: ['AC'],
    checks: [
      rows([
        ['empty files', 'ENOSPC', 'nr_inodes of the tmpfs'],
        ['empty files made', 'fewer than 4096', 'nr_inodes of the tmpfs'],
        ['nested directories', 'ENOSPC', 'nr_inodes of the tmpfs'],
        ['hard links', 'ENOSPC|EMLINK', 'every link of a tmpfs takes an inode of the cap'],
      ]),
    ],
  },
  {
    number: 53,
    title: 'a write at one terabyte ends the program',
    language: 'c',
    source: '53-far-write.c',
    expected: ['RTE'],
    tests: [{ input: '0\n' }],
    checks: [endedBySignal(25)],
  },
  {
    number: 53,
    title: 'a write at one terabyte fails when its signal is ignored',
    language: 'c',
    source: '53-far-write.c',
    expected: ['AC'],
    tests: [{ input: '1\n' }],
    checks: [rows([['write at 1 TB', 'EFBIG', 'RLIMIT_FSIZE']])],
  },
  {
    number: 54,
    title: 'descriptors run out at the program’s own limit',
    language: 'c',
    source: '54-descriptors.c',
    expected: ['AC'],
    checks: [
      rows([
        ['open', 'EMFILE', 'RLIMIT_NOFILE'],
        ['descriptors', '256', 'RLIMIT_NOFILE; none is inherited but 0, 1 and 2'],
        ['dup', 'EMFILE', 'RLIMIT_NOFILE'],
        ['dup2 to 256', 'EBADF', 'RLIMIT_NOFILE'],
      ]),
    ],
  },
  {
    number: 55,
    title: 'links and names from hell stay in the work directory',
    language: 'c',
    source: '55-links.c',
    expected: ['AC'],
    checks: [
      rows([
        ['link /etc/passwd', 'EXDEV|EPERM|EACCES', 'another file system'],
        ['link /proc/self/exe', 'EXDEV|EPERM|EACCES', 'another file system'],
        ['shadow', 'EACCES|ENOENT', 'followed with the program’s rights only'],
        ['frames', 'EACCES|ENOENT', 'the supervisor’s descriptors are root’s, or hidden'],
      ]),
    ],
  },
  {
    number: 56,
    title: 'no set-user-id program gives anything, and the image has none',
    language: 'c',
    source: '56-set-user-id.c',
    expected: ['AC'],
    limits: { cpuTimeMs: 5000 },
    checks: [
      rows([
        ['chmod u+s of the artifact', 'EPERM|EROFS|EACCES', 'the artifact is root’s'],
        ['chmod u+s of a copy', 'ok|EPERM', 'the work directory is nosuid'],
        ['chown of a copy to root', 'EPERM', 'CAP_CHOWN is dropped'],
        ['exec of the copy', 'EACCES', 'the work directory is noexec'],
        ['chmod u+s of a memfd', 'ok|EPERM', 'under no_new_privs it gives nothing'],
        ['set-user-id files of the image', 'none', 'the image is sealed without'],
      ]),
    ],
    quick: true,
  },
  {
    number: 57,
    title: 'there is no device but the harmless ones',
    language: 'c',
    source: '57-devices.c',
    expected: ['AC'],
    checks: [
      rows([
        ...all(['mknod block', 'mknod mem', 'mknod null'], 'EPERM', 'CAP_MKNOD is dropped'),
        ...all(
          [
            '/dev/mem',
            '/dev/kmsg',
            '/dev/sda',
            '/dev/vda',
            '/dev/kvm',
            '/dev/fuse',
            '/dev/net/tun',
            '/dev/port',
            '/dev/loop-control',
            '/dev/snd/seq',
            '/dev/dri/card0',
            '/dev/input/event0',
          ],
          'ENOENT|EPERM|EACCES',
          'the /dev of a container',
        ),
      ]),
    ],
    quick: true,
  },
];
