import type { ContainerCreateOptions } from 'dockerode';
import { containerOptions, type ContainerSpec } from '../container-options.js';

/*
 * What the launcher is asked for, taken from the same hardening table as Docker's options, so that
 * there is one table. Read by runner/launcher/request.c; both change together.
 *
 *   request := u32 length of the rest | u64 memory | u64 processes | u64 CPU quota | u64 shared memory
 *            | u64 OOM score | tmpfs of /box | tmpfs of /w | u16 count × (u16 resource | u64 soft | u64 hard)
 *   tmpfs   := u32 flags of mount(2) | u16 length | data of mount(2)
 *
 * What is the same for every container (capabilities, namespaces, no_new_privs, the filter, a root that
 * cannot be written) is the launcher's own; the hardening tests hold the drivers to it.
 */

/** Of a quota; the launcher writes it as cpu.cfs_period_us. */
const CPU_PERIOD_US = 100_000;

/** RLIMIT_*, which are the same on x86-64 and ARM. */
const RESOURCES: Readonly<Record<string, number>> = {
  stack: 3,
  core: 4,
  nofile: 7,
  memlock: 8,
  msgqueue: 12,
  rtprio: 14,
};

/** MS_*; `rw` and `exec` are what a mount is without any. */
const MOUNT_FLAGS: Readonly<Record<string, number>> = {
  rw: 0,
  exec: 0,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
};

export function launchRequest(spec: ContainerSpec): Uint8Array {
  const { HostConfig: host = {} } = containerOptions(spec);
  const quotaUs = ((host.NanoCpus ?? 0) / 1e9) * CPU_PERIOD_US;
  const parts = [
    u64(host.Memory ?? 0),
    u64(host.PidsLimit ?? 0),
    u64(Math.round(quotaUs)),
    u64(host.IpcMode === 'private' ? (host.ShmSize ?? 0) : 0),
    u64(host.OomScoreAdj ?? 0),
    memoryFiles(host.Tmpfs?.['/box']),
    memoryFiles(host.Tmpfs?.['/w']),
    limits(host.Ulimits),
  ];
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.byteLength), body]);
}

type HostOptions = NonNullable<ContainerCreateOptions['HostConfig']>;

/** Docker's form, such as `rw,noexec,mode=0700,size=1024`: flags, and what tmpfs itself reads. */
function memoryFiles(options = ''): Buffer {
  const words = options.split(',');
  const flags = words.reduce((sum, word) => sum | (MOUNT_FLAGS[word] ?? 0), 0);
  const data = Buffer.from(words.filter((word) => !(word in MOUNT_FLAGS)).join(','));
  return Buffer.concat([u32(flags), u16(data.byteLength), data]);
}

function limits(ulimits: HostOptions['Ulimits'] = []): Buffer {
  const all = ulimits.map(({ Name: name = '', Soft: soft = 0, Hard: hard = 0 }) => {
    const resource = RESOURCES[name];
    if (resource === undefined) throw new RangeError(`no number is known of the limit ${name}`);
    return Buffer.concat([u16(resource), u64(soft), u64(hard)]);
  });
  return Buffer.concat([u16(all.length), ...all]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
