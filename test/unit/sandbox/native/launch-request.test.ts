import { describe, expect, it } from 'vitest';
import { containerOptions } from '../../../../src/sandbox/container-options.js';
import { launchRequest } from '../../../../src/sandbox/native/launch-request.js';
import { LIMITS, MIB } from '../../../contracts/sandbox-trial.js';

const SPEC = {
  image: '',
  shape: { toolchain: 'bash', limits: LIMITS, stagedBytes: 0 },
  slot: { index: 0, core: 1, uid: 60_000 },
  labels: {},
};

/** Reads what runner/launcher/request.c reads. */
function decode(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes);
  let at = 0;
  const take = (width: number): number => {
    at += width;
    if (width === 8) return Number(buffer.readBigUInt64BE(at - 8));
    return buffer.readUIntBE(at - width, width);
  };
  const tmpfs = () => {
    const flags = take(4);
    const length = take(2);
    at += length;
    return { flags, data: buffer.subarray(at - length, at).toString() };
  };
  const length = take(4);
  const fixed = {
    memory: take(8),
    processes: take(8),
    quotaUs: take(8),
    sharedMemory: take(8),
    oomScore: take(8),
    box: tmpfs(),
    work: tmpfs(),
  };
  const limits = Array.from({ length: take(2) }, () => [take(2), take(8), take(8)]);
  return { length, used: at - 4, ...fixed, limits };
}

describe('a request to the launcher', () => {
  it('says what the hardening table says to Docker', () => {
    const request = decode(launchRequest(SPEC));
    const { HostConfig: host } = containerOptions(SPEC);
    expect(request).toMatchObject({
      memory: host?.Memory,
      processes: host?.PidsLimit,
      quotaUs: 0,
      sharedMemory: 0,
      oomScore: 500,
    });
    expect(request.limits).toHaveLength(host?.Ulimits?.length ?? 0);
    expect(request.length).toBe(request.used);
  });

  it('mounts what may be executed, and what may not', () => {
    const [NOSUID, NODEV, NOEXEC] = [2, 4, 8];
    const { box, work } = decode(launchRequest(SPEC));
    expect(box.flags).toBe(NOSUID | NODEV);
    expect(work.flags).toBe(NOSUID | NODEV | NOEXEC);
    expect(box.data).toMatch(/^mode=0755,uid=0,gid=0,size=\d+,nr_inodes=\d+$/);
    expect(work.data).toMatch(/^mode=0700,uid=60000,gid=60000,size=\d+,nr_inodes=1000$/);
    const limits = { ...LIMITS, executableWork: true };
    const executable = launchRequest({ ...SPEC, shape: { ...SPEC.shape, limits } });
    expect(decode(executable).work.flags).toBe(NOSUID | NODEV);
  });

  it('asks for shared memory and a quota only where they are wanted', () => {
    const limits = { ...LIMITS, sharedMemoryBytes: MIB, cpuQuota: 0.5 };
    const request = decode(launchRequest({ ...SPEC, shape: { ...SPEC.shape, limits } }));
    expect(request).toMatchObject({ sharedMemory: MIB, quotaUs: 50_000 });
  });

  it('is shorter than the launcher takes', () => {
    expect(launchRequest(SPEC).byteLength).toBeLessThan(2048);
  });
});
