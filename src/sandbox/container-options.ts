import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { ExecutionLimits } from '../judging/limits.js';
import { STAGED_STEP_BYTES, type ContainerShape } from '../judging/ports.js';
import { SECCOMP_PROFILE } from './seccomp-profile.js';
import type { Slot } from './slots.js';

/** What one container is made for. */
export interface ContainerSpec {
  readonly image: string;
  readonly shape: ContainerShape;
  readonly slot: Slot;
  readonly labels: Readonly<Record<string, string>>;
  /** OCI runtime registered with the daemon, such as `crun` or `runsc`; undefined: its default. */
  readonly runtime?: string;
}

export interface Hardening {
  readonly why: string;
  readonly container?: ContainerCreateOptions;
  readonly host?: HostOptions;
}

/** dockerode's types lag behind the Engine API. */
type HostOptions = HostConfig & { readonly CgroupnsMode?: 'private' };

const MIB = 2 ** 20;
/** The supervisor and the helper that collects files. */
const OWN_PROCESSES = 2;
/** Starting a container is charged to its cgroup with about 4 MiB, the supervisor with under 1. */
const OWN_MEMORY_BYTES = 8 * MIB;
/** The supervisor locks itself into memory before anything else runs. */
const OWN_LOCKED_BYTES = 4 * MIB;
/** Against the 1024 of other containers of the daemon, which may share the slot's core. */
const CPU_SHARES = 16384;
const OWN_OPEN_FILES = 64;
const OWN_STACK_BYTES = 8 * MIB;
/** Rounding to pages, and directories. */
const BOX_SLACK_BYTES = MIB;
const BOX_INODES = 16384;

/** The hardening table: what every container gets, and why. Reads top to bottom. */
export function hardening({
  image,
  shape,
  slot,
  labels,
  runtime,
}: ContainerSpec): readonly Hardening[] {
  const { limits } = shape;
  const stagedBytes = stagedAllowance(shape);
  const memoryBytes = limits.memoryBytes + stagedBytes + OWN_MEMORY_BYTES;
  return [
    {
      why: 'only images of our own builder; the supervisor is their entry point. No WorkingDir: on a tmpfs it would cost the mount its owner and mode',
      container: { Image: image, Labels: { ...labels } },
    },
    {
      why: 'the supervisor is root inside, so that the program, another user, cannot touch it',
      container: { User: '0:0' },
    },
    {
      why: 'root without powers, but to become the slot user and to kill it',
      host: { CapDrop: ['ALL'], CapAdd: ['SETUID', 'SETGID', 'KILL'] },
    },
    {
      why: 'no set-user-id program gives anything; only the system calls that languages need',
      host: { SecurityOpt: ['no-new-privileges', `seccomp=${JSON.stringify(SECCOMP_PROFILE)}`] },
    },
    {
      why: 'an empty network namespace. NetworkDisabled leaves out the hook that runs the daemon once more to configure it, which took half of the time of a start',
      container: { NetworkDisabled: true },
      host: { NetworkMode: 'none' },
    },
    { why: 'nothing of the image can be changed', host: { ReadonlyRootfs: true } },
    {
      why: 'no System V objects and no /dev/shm, but where a language needs shared memory',
      host:
        limits.sharedMemoryBytes > 0
          ? { IpcMode: 'private', ShmSize: limits.sharedMemoryBytes }
          : { IpcMode: 'none' },
    },
    { why: "the host's control groups are not seen", host: { CgroupnsMode: 'private' } },
    {
      why: 'of /proc and /sys only what runtimes size themselves by',
      host: { MaskedPaths: [...MASKED_PATHS], ReadonlyPaths: [...READONLY_PATHS] },
    },
    {
      why: 'a fork bomb hits EAGAIN',
      host: { PidsLimit: limits.processes + OWN_PROCESSES },
    },
    {
      why: 'the program has the whole limit to itself: staged files and the start come on top. No swap',
      host: { Memory: memoryBytes, MemorySwap: memoryBytes },
    },
    {
      why: 'when the host runs out of memory, a program goes before the worker',
      host: { OomScoreAdj: 500 },
    },
    {
      why: 'one core, so that threads gain nothing and neighbours lose nothing; a quota only on request, because it turns legal runs into wall timeouts',
      host: {
        CpusetCpus: String(slot.core),
        CpuShares: CPU_SHARES,
        ...(limits.cpuQuota === undefined ? {} : { NanoCpus: Math.round(limits.cpuQuota * 1e9) }),
      },
    },
    {
      why: 'ceilings for the supervisor, which lowers them further for the program',
      host: { Ulimits: ulimits(limits) },
    },
    {
      why: "artifact and input: root's, readable, executable, not writable",
      host: {
        Tmpfs: { '/box': boxOptions(stagedBytes), '/w': workOptions(limits, stagedBytes, slot) },
      },
    },
    {
      why: 'output goes to the judge, not to a log on disk',
      host: { LogConfig: { Type: 'none', Config: {} } },
    },
    {
      why: 'stdin is the lifeline: when we die it ends, and the supervisor with it',
      container: {
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
      },
    },
    {
      why: 'used once; the daemon removes it also when we are gone, at the same cost as a call of ours',
      host: { AutoRemove: true, ...(runtime === undefined ? {} : { Runtime: runtime }) },
    },
  ];
}

/** dockerode options that make the container of this spec. */
export function containerOptions(spec: ContainerSpec): ContainerCreateOptions {
  let container: ContainerCreateOptions = {};
  let host: HostOptions = {};
  for (const row of hardening(spec)) {
    container = { ...container, ...row.container };
    host = { ...host, ...row.host };
  }
  return { ...container, HostConfig: host };
}

/**
 * Staged bytes in steps, so that a container made ahead for one case fits the next, whose input
 * has another length. Never a larger step than needed: the memory that a case gets must not depend
 * on which container happened to be ready.
 */
export function stagedAllowance({ stagedBytes }: ContainerShape): number {
  return Math.max(1, Math.ceil(stagedBytes / STAGED_STEP_BYTES)) * STAGED_STEP_BYTES;
}

/** Shapes with the same key take the same container. */
export function shapeKey(shape: ContainerShape): string {
  const { toolchain, limits } = shape;
  const known = limitKeys.get(limits) ?? JSON.stringify(containerLimits(limits));
  limitKeys.set(limits, known);
  return `${toolchain} ${stagedAllowance(shape)} ${known}`;
}

/** All cases of a submission have the same limits. */
const limitKeys = new WeakMap<ExecutionLimits, string>();

/** The limits that are built into a container; the others come with the job. */
function containerLimits(limits: ExecutionLimits) {
  return [
    limits.memoryBytes,
    limits.processes,
    limits.openFiles,
    limits.stackBytes,
    limits.workBytes,
    limits.workInodes,
    limits.executableWork,
    limits.sharedMemoryBytes,
    limits.cpuQuota ?? null,
  ];
}

function ulimits(limits: ExecutionLimits) {
  return [
    limit('core', 0),
    limit('memlock', OWN_LOCKED_BYTES),
    limit('msgqueue', 0),
    limit('rtprio', 0),
    limit('nofile', Math.max(limits.openFiles, OWN_OPEN_FILES)),
    { ...limit('stack', Math.max(limits.stackBytes, OWN_STACK_BYTES)), Soft: OWN_STACK_BYTES },
  ];
}

function limit(name: string, value: number) {
  return { Name: name, Soft: value, Hard: value };
}

function boxOptions(stagedBytes: number): string {
  const sizeBytes = stagedBytes + BOX_SLACK_BYTES;
  return `rw,exec,nosuid,nodev,mode=0755,uid=0,gid=0,size=${sizeBytes},nr_inodes=${BOX_INODES}`;
}

/** The case's own files come on top of what the program may write. */
function workOptions(limits: ExecutionLimits, stagedBytes: number, { uid }: Slot): string {
  const exec = limits.executableWork ? 'exec' : 'noexec';
  const sizeBytes = limits.workBytes + stagedBytes;
  return (
    `rw,${exec},nosuid,nodev,mode=0700,uid=${uid},gid=${uid},` +
    `size=${sizeBytes},nr_inodes=${limits.workInodes}`
  );
}

/** What of /proc and /sys tells about the host, or about what its other containers do. */
const MASKED_PATHS = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/config.gz',
  '/proc/interrupts',
  '/proc/kallsyms',
  '/proc/kcore',
  '/proc/key-users',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/locks',
  '/proc/modules',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/block',
  '/sys/bus',
  '/sys/class',
  '/sys/dev',
  '/sys/devices/virtual',
  '/sys/firmware',
  '/sys/hypervisor',
  '/sys/kernel',
  '/sys/module',
  '/sys/power',
] as const;

const READONLY_PATHS = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
] as const;
