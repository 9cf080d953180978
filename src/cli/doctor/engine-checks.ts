import { ok, type Finding } from './finding.js';
import type { EngineFacts, HostFacts } from './host-facts.js';
import { isOlder } from './version.js';

/** Known escapes, and the releases of runc that mended them. */
const RUNC_ESCAPES = [
  { before: '1.1.12', id: 'CVE-2024-21626 (a leaked descriptor of the host)' },
  { before: '1.2.8', id: 'CVE-2025-31133, -52565 and -52881 (mount races)' },
] as const;
/** Of the 1.3 line, which branched before 1.2.8 came out. */
const RUNC_1_3_MENDED = '1.3.3';
const OLDEST_ENGINE = '20.10.0';

/** Who makes the containers. */
export function checkDriver({ driver: { configured, nativeProblem } }: HostFacts): Finding {
  const subject = 'sandbox driver';
  if (configured === 'docker') return ok(subject, 'docker, as configured');
  if (nativeProblem === undefined) return ok(subject, 'native');
  if (configured === 'auto') {
    return {
      level: 'note',
      subject,
      found: `docker; not native: ${nativeProblem}`,
      meaning: 'Each test case costs the Docker Engine a tenth of a second, not some milliseconds.',
      mend: 'Run the worker as root of the machine, where it can make cgroups.',
    };
  }
  return {
    level: 'failure',
    subject,
    found: `native is configured, but: ${nativeProblem}`,
    meaning: 'No container can be made.',
    mend: 'Run the worker as root of the machine, or set sandbox.driver to auto.',
  };
}

export function checkEngine({ engine, driver }: HostFacts): Finding {
  const subject = 'Docker Engine';
  if (engine.kind === 'absent') {
    const isNative = driver.configured !== 'docker' && driver.nativeProblem === undefined;
    return {
      level: isNative ? 'warning' : 'failure',
      subject,
      found: engine.problem,
      meaning: isNative
        ? 'Images that are not unpacked yet cannot be made without one.'
        : 'Nothing can be judged without one.',
      mend: 'As root on Debian or Ubuntu: ./minos engine start. Elsewhere: install and start Docker, or set DOCKER_HOST.',
    };
  }
  const found = `${engine.version} at ${engine.host}`;
  if (!isOlder(engine.version, OLDEST_ENGINE)) return ok(subject, found);
  return {
    level: 'warning',
    subject,
    found,
    meaning: `Minos is tested with ${OLDEST_ENGINE} and newer.`,
    mend: 'Install a newer Docker Engine.',
  };
}

export function checkRunc({ runcVersion }: EngineFacts): Finding {
  const subject = 'runc';
  if (runcVersion === undefined) {
    return {
      level: 'note',
      subject,
      found: 'the engine does not say which',
      meaning: 'Whether known escapes are mended cannot be told from here.',
      mend: 'Look at the versions of the packages on the engine’s machine.',
    };
  }
  const open = openEscapes(runcVersion);
  if (open.length === 0) return ok(subject, runcVersion);
  const patched = /deb\d|ubuntu|el\d|fc\d|\+d(fsg|s)\d/.test(runcVersion);
  return {
    level: patched ? 'note' : 'warning',
    subject,
    found: runcVersion,
    meaning:
      `The release of this number has ${open.join('; ')}. ` +
      (patched
        ? 'The distribution may have mended them in its package without a new number.'
        : 'They need a hostile image or mount, which Minos never uses, but they take away a layer.'),
    mend: patched
      ? 'Compare with the distribution’s security tracker, and keep its updates installed.'
      : 'Install runc 1.2.8, 1.3.3 or newer.',
  };
}

function openEscapes(version: string): readonly string[] {
  const mended13 = !isOlder(version, '1.3.0') && isOlder(version, RUNC_1_3_MENDED);
  return RUNC_ESCAPES.filter(
    ({ before }) => isOlder(version, before) || (before === '1.2.8' && mended13),
  ).map(({ id }) => id);
}

export function checkSeccomp({ securityOptions }: EngineFacts): Finding {
  const subject = 'seccomp';
  if (securityOptions.some((option) => option.includes('seccomp'))) {
    return ok(subject, 'filters of system calls work');
  }
  return {
    level: 'failure',
    subject,
    found: 'the engine cannot filter system calls',
    meaning: 'Containers are started with a filter of our own, and are refused without.',
    mend: 'Use a kernel with CONFIG_SECCOMP_FILTER, and a Docker Engine built with seccomp.',
  };
}

export function checkUserNamespaces({ securityOptions }: EngineFacts, host: HostFacts): Finding {
  const subject = 'user namespaces';
  if (securityOptions.some((option) => /name=(userns|rootless)/.test(option))) {
    return ok(subject, 'root of a container is nobody on the host');
  }
  return {
    level: 'note',
    subject,
    found: 'not used by the engine',
    meaning:
      'Programs never run as root, but the supervisor does: with a mapping it would be nobody outside.',
    mend:
      host.maxUserNamespaces === 0
        ? 'The kernel forbids them (user.max_user_namespaces is 0); allow them, then set "userns-remap" of dockerd.'
        : 'Optional: set "userns-remap": "default" in /etc/docker/daemon.json and restart the engine.',
  };
}

export function checkStorage({ storageDriver }: EngineFacts): Finding {
  const subject = 'storage driver';
  if (storageDriver !== 'vfs') return ok(subject, storageDriver);
  return {
    level: 'warning',
    subject,
    found: 'vfs',
    meaning: 'Every container copies its whole image: seconds and a gigabyte for each test case.',
    mend: 'Put the engine’s data root on a file system that overlay2 takes (ext4, xfs).',
  };
}

export function checkImages({ images }: EngineFacts): Finding {
  const subject = 'images';
  const absent = images.filter((image) => !image.present).map((image) => image.toolchain);
  const found = `${images.length - absent.length} of ${images.length} toolchains built`;
  if (absent.length === 0) return ok(subject, found);
  return {
    level: 'note',
    subject,
    found: `${found}; absent: ${absent.join(', ')}`,
    meaning: 'Each is built at its first use, which takes a minute or more.',
    mend: 'To have them all now: ./minos images build',
  };
}
