import { describe, expect, it } from 'vitest';
import { examine } from '../../../../src/cli/doctor/examine.js';
import { preventsJudging, type Finding } from '../../../../src/cli/doctor/finding.js';
import type { EngineFacts, HostFacts } from '../../../../src/cli/doctor/host-facts.js';
import { renderFindings } from '../../../../src/cli/doctor/render-findings.js';

const GIB = 2 ** 30;

const ENGINE: EngineFacts = {
  kind: 'present',
  host: 'unix:///var/run/docker.sock',
  version: '28.1.1',
  runcVersion: '1.3.3',
  storageDriver: 'overlay2',
  rootDirectory: { path: '/var/lib/docker', freeBytes: 50 * GIB },
  limitsSwap: true,
  limitsProcesses: true,
  securityOptions: ['name=seccomp,profile=builtin', 'name=userns'],
  images: [{ toolchain: 'gcc', present: true }],
};

const GOOD: HostFacts = {
  kernelRelease: '6.12.1-amd64',
  memoryBytes: 16 * GIB,
  swapBytes: 0,
  cores: 4,
  smtActive: false,
  frequencyGovernor: 'performance',
  corePattern: 'core',
  maxUserNamespaces: 10_000,
  cgroup: { version: 2, controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'] },
  dataDirectory: { path: '/srv/minos', freeBytes: 50 * GIB },
  slots: 3,
  engine: ENGINE,
  driver: { configured: 'docker' },
};

function findings(change: Partial<HostFacts>): readonly Finding[] {
  return examine({ ...GOOD, ...change }).filter((finding) => finding.level !== 'ok');
}

function engineFindings(change: Partial<EngineFacts>): readonly Finding[] {
  return findings({ engine: { ...ENGINE, ...change } });
}

describe('the doctor', () => {
  it('finds nothing on a good machine', () => {
    expect(findings({})).toEqual([]);
  });

  it.each<[string, Partial<HostFacts>, Finding['level']]>([
    ['Docker Engine', { engine: { kind: 'absent', problem: 'no answer' } }, 'failure'],
    ['cgroups', { cgroup: { version: 'none', controllers: [] } }, 'failure'],
    ['cgroups', { cgroup: { version: 2, controllers: ['cpu', 'pids'] } }, 'failure'],
    ['cgroups', { cgroup: { version: 1, controllers: ['memory', 'pids', 'cpu'] } }, 'failure'],
    ['kernel', { kernelRelease: '4.19.0' }, 'warning'],
    ['kernel', { kernelRelease: '5.15.0-91-generic' }, 'note'],
    ['kernel', { kernelRelease: '6.1.0-18-amd64' }, 'note'],
    ['swap', { swapBytes: GIB }, 'warning'],
    ['cores', { cores: 2, slots: 3 }, 'warning'],
    ['cores', { cores: 3, slots: 3 }, 'note'],
    ['cores', { smtActive: true }, 'note'],
    ['memory', { memoryBytes: 2 * GIB }, 'warning'],
    ['frequency', { frequencyGovernor: 'powersave' }, 'note'],
    ['core dumps', { corePattern: '|/usr/share/apport/apport -p%p' }, 'warning'],
    ['disk', { dataDirectory: { path: '/srv', freeBytes: 2 * GIB } }, 'warning'],
    ['disk', { dataDirectory: { path: '/srv', freeBytes: 0 } }, 'failure'],
  ])('reports the %s of %j', (subject, change, level) => {
    const found = findings(change);
    expect(found).toMatchObject([{ subject, level }]);
    expect(found[0]?.meaning).not.toBe('');
    expect(found[0]?.mend).not.toBe('');
  });

  it.each<[string, Partial<EngineFacts>, Finding['level']]>([
    ['Docker Engine', { version: '19.03.5' }, 'warning'],
    ['runc', { runcVersion: '1.1.5' }, 'warning'],
    ['runc', { runcVersion: '1.2.7' }, 'warning'],
    ['runc', { runcVersion: '1.3.2' }, 'warning'],
    ['runc', { runcVersion: '1.1.5+ds1' }, 'note'],
    ['seccomp', { securityOptions: ['name=userns'] }, 'failure'],
    ['user namespaces', { securityOptions: ['name=seccomp'] }, 'note'],
    ['storage driver', { storageDriver: 'vfs' }, 'warning'],
    ['images', { images: [{ toolchain: 'go', present: false }] }, 'note'],
    ['disk of the engine', { rootDirectory: { path: '/d', freeBytes: 0 } }, 'failure'],
  ])('reports the %s of an engine with %j', (subject, change, level) => {
    expect(engineFindings(change)).toMatchObject([{ subject, level }]);
  });

  it('says who makes containers, and why not we ourselves', () => {
    const nativeProblem = 'not root';
    expect(findings({ driver: { configured: 'auto' } })).toEqual([]);
    expect(findings({ driver: { configured: 'auto', nativeProblem } })).toMatchObject([
      { subject: 'sandbox driver', level: 'note', found: 'docker; not native: not root' },
    ]);
    expect(findings({ driver: { configured: 'native', nativeProblem } })).toMatchObject([
      { subject: 'sandbox driver', level: 'failure' },
    ]);
  });

  it('can do without an engine where containers are made natively', () => {
    const engine = { kind: 'absent', problem: 'no answer' } as const;
    expect(findings({ driver: { configured: 'auto' }, engine })).toMatchObject([
      { subject: 'Docker Engine', level: 'warning' },
    ]);
  });

  it.each(['1.2.8', '1.3.3', '1.4.0'])('knows runc %s as mended', (runcVersion) => {
    expect(engineFindings({ runcVersion })).toEqual([]);
  });

  it('says that programs escape a memory limit into swap that the engine cannot limit', () => {
    const [finding] = findings({ swapBytes: GIB, engine: { ...ENGINE, limitsSwap: false } });
    expect(finding?.meaning).toContain('memory limits do not hold');
  });

  it('lets only failures prevent judging', () => {
    expect(preventsJudging(findings({ swapBytes: GIB, smtActive: true }))).toBe(false);
    expect(preventsJudging(findings({ cgroup: { version: 'none', controllers: [] } }))).toBe(true);
  });

  it('prints a line for each finding, and below it what it means and how to mend it', () => {
    const text = renderFindings(examine({ ...GOOD, swapBytes: GIB }), (_colour, plain) => plain);
    expect(text).toContain('✓ kernel              6.12.1-amd64');
    expect(text).toMatch(/! swap {16}1 GiB active\n +Programs cannot use it.*\n +For exact times/);
  });
});
