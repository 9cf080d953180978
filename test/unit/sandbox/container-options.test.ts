import { describe, expect, it } from 'vitest';
import { STAGED_STEP_BYTES, type ContainerShape } from '../../../src/judging/ports.js';
import {
  containerOptions,
  hardening,
  shapeKey,
  type ContainerSpec,
} from '../../../src/sandbox/container-options.js';
import { LIMITS, MIB } from '../../contracts/sandbox-trial.js';

const SHAPE: ContainerShape = { toolchain: 'bash', limits: LIMITS, stagedBytes: 1000 };
const SPEC: ContainerSpec = {
  image: 'minos/bash:0123456789abcdef',
  shape: SHAPE,
  slot: { index: 0, core: 1, uid: 60_000 },
  labels: { 'minos.engine': 'test' },
};

function shaped(limits: Partial<typeof LIMITS>, stagedBytes = 0): ContainerSpec {
  return { ...SPEC, shape: { ...SHAPE, limits: { ...LIMITS, ...limits }, stagedBytes } };
}

describe('container options', () => {
  it('are these, and change only on purpose', () => {
    const { HostConfig: host = {}, ...container } = containerOptions(SPEC);
    const options = host.SecurityOpt as readonly string[];
    const SecurityOpt = options.map((option) => option.replace(/\{.*/, '{…}'));
    expect({ ...container, HostConfig: { ...host, SecurityOpt } }).toMatchSnapshot();
  });

  it('give a reason in every row', () => {
    for (const row of hardening(SPEC)) expect(row.why.length).toBeGreaterThan(10);
  });

  it('set no option in two rows', () => {
    const keys = hardening(SPEC).flatMap(({ container, host }) => [
      ...Object.keys(container ?? {}),
      ...Object.keys(host ?? {}).map((key) => `HostConfig.${key}`),
    ]);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('leave the working directory to the supervisor', () => {
    expect(containerOptions(SPEC)).not.toHaveProperty('WorkingDir');
  });

  it('give memory for what is staged on top of the limit, without swap', () => {
    const host = containerOptions(shaped({ memoryBytes: 64 * MIB }, 20 * MIB)).HostConfig;
    expect(host?.Memory).toBe((64 + 20 + 8) * MIB);
    expect(host?.MemorySwap).toBe(host?.Memory);
  });

  it('set a quota only on request', () => {
    expect(containerOptions(SPEC).HostConfig).not.toHaveProperty('NanoCpus');
    expect(containerOptions(shaped({ cpuQuota: 0.5 })).HostConfig?.NanoCpus).toBe(5e8);
  });

  it('give private shared memory only on request', () => {
    expect(containerOptions(SPEC).HostConfig?.IpcMode).toBe('none');
    const host = containerOptions(shaped({ sharedMemoryBytes: MIB })).HostConfig;
    expect(host).toMatchObject({ IpcMode: 'private', ShmSize: MIB });
  });

  it('let files of the work directory be executed only on request', () => {
    const workOf = (spec: ContainerSpec) => containerOptions(spec).HostConfig?.Tmpfs?.['/w'];
    expect(workOf(SPEC)).toContain('rw,noexec,');
    expect(workOf(shaped({ executableWork: true }))).toContain('rw,exec,');
  });

  it('name a runtime only on request', () => {
    expect(containerOptions(SPEC).HostConfig).not.toHaveProperty('Runtime');
    expect(containerOptions({ ...SPEC, runtime: 'crun' }).HostConfig?.Runtime).toBe('crun');
  });
});

describe('shapes', () => {
  it('are alike when only what comes with the job differs', () => {
    const other = { ...SHAPE, stagedBytes: 5000, limits: { ...LIMITS, cpuKillMs: 1 } };
    expect(shapeKey(other)).toBe(shapeKey(SHAPE));
  });

  it('differ when the container does', () => {
    const keys = [
      SHAPE,
      { ...SHAPE, toolchain: 'gcc' },
      { ...SHAPE, stagedBytes: STAGED_STEP_BYTES + 1 },
      { ...SHAPE, limits: { ...LIMITS, memoryBytes: 1 } },
      { ...SHAPE, limits: { ...LIMITS, processes: 1 } },
      { ...SHAPE, limits: { ...LIMITS, executableWork: true } },
      { ...SHAPE, limits: { ...LIMITS, cpuQuota: 0.5 } },
    ].map(shapeKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
