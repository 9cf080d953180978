import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseRole } from '../../src/cli/commands/start.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cpuset?: string;
}

const text = readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};

describe('compose.yaml', () => {
  it('has a database, an API and two workers', () => {
    expect(services['database']?.image).toBe('postgres:17');
    const roles = Object.values(services).flatMap(({ command = [] }) => {
      const at = command.indexOf('--role');
      return at < 0 ? [] : [parseRole(command[at + 1] ?? '')];
    });
    expect(roles).toEqual(['api', 'worker', 'worker']);
  });

  it('gives API and workers the same database and the same stored files', () => {
    const ours = Object.values(services).filter(({ command }) => command !== undefined);
    expect(new Set(ours.map(({ environment }) => environment?.['DATABASE_URL'])).size).toBe(1);
    for (const service of ours) {
      expect(service.volumes).toContain('blobs:/opt/minos/.minos/blobs');
    }
  });

  it('gives no core to two workers, and declares every volume', () => {
    expect(services['worker-1']?.cpuset).not.toBe(services['worker-2']?.cpuset);
    const named = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((name) => !name.startsWith('/'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
  });
});
