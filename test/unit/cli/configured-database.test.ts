import { describe, expect, it } from 'vitest';
import { configuredDatabase } from '../../../src/cli/service/configured-database.js';
import { parseConfig } from '../../../src/config/load-config.js';

const NAMED = 'postgresql://minos@db/minos';
const config = parseConfig('', 'judge.config.yaml');
const withUrl = parseConfig(`database: { url: '${NAMED}' }`, 'judge.config.yaml');

describe('configuredDatabase', () => {
  it('is undefined when nobody names one: Minos then runs its own', () => {
    expect(configuredDatabase({ config, environment: {} })).toBeUndefined();
    expect(configuredDatabase({ config, environment: { DATABASE_URL: '' } })).toBeUndefined();
  });

  it('is that of the environment, then that of the configuration', () => {
    const DATABASE_URL = 'postgres://u:p@[::1]:5433/other?sslmode=require';
    expect(configuredDatabase({ config: withUrl, environment: { DATABASE_URL } })).toBe(
      DATABASE_URL,
    );
    expect(configuredDatabase({ config: withUrl, environment: {} })).toBe(NAMED);
  });

  it.each([
    'mysql://u:hunter2@db/x',
    'db.example.org',
    'postgresql://',
    'postgres://u:hunter2@[/x',
  ])('refuses %s without repeating it', (DATABASE_URL) => {
    const ask = () => configuredDatabase({ config, environment: { DATABASE_URL } });
    expect(ask).toThrow('DATABASE_URL must be of the form');
    expect(ask).not.toThrow('hunter2');
  });
});
