import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECTIONS } from '../../../src/selftest/cases/all-cases.js';
import { labelOf } from '../../../src/selftest/hostile-case.js';
import type { SuiteDriver } from '../../../src/selftest/suite-driver.js';
import { Suite } from '../../../src/selftest/suite.js';
import { DRIVERS } from './drivers.js';

describe.each(DRIVERS)('$name', ({ open }) => {
  let driver: SuiteDriver;
  let suite: Suite | undefined;

  beforeAll(async () => {
    driver = await open();
    suite = await Suite.open(driver);
  });

  afterAll(async () => {
    await suite?.[Symbol.asyncDispose]();
    await driver[Symbol.asyncDispose]();
    expect(await driver.containers()).toEqual([]);
  });

  describe.each(Object.entries(SECTIONS))('%s', (_, cases) => {
    it.each(cases.map((hostile) => [labelOf(hostile), hostile] as const))(
      '%s',
      async (_label, hostile) => {
        expect((await suite!.try(hostile)).join('\n')).toBe('');
      },
    );
  });
});
