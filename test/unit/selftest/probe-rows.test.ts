import { describe, expect, it } from 'vitest';
import { rows } from '../../../src/selftest/probe-rows.js';
import { observationOf } from './observation-of.js';

const TABLE = [
  ['setuid 0', 'EPERM', 'no capability is left'],
  ['unshare: user', 'EPERM|ENOSYS', 'namespaces'],
] as const;

const check = (stderr: string) => rows(TABLE)(observationOf('AC', { stderr }));

describe('the table of a probe', () => {
  it('holds when every attempt ended as it says', () => {
    expect(check('setuid 0: EPERM\nunshare: user: ENOSYS\n')).toBeUndefined();
  });

  it('does not hold when an attempt ended otherwise', () => {
    expect(check('setuid 0: ok\nunshare: user: EPERM\n')).toBe('setuid 0 is "ok", not EPERM');
  });

  it('does not hold when an attempt was not made', () => {
    expect(check('setuid 0: EPERM\n')).toBe('unshare: user was not tried');
  });

  it('does not hold for what it does not know', () => {
    const more = 'setuid 0: EPERM\nunshare: user: EPERM\nreboot: ok\n';
    expect(check(more)).toBe('not in the table: "reboot: ok"');
  });
});
