import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soak } from '../../../src/selftest/soak.js';
import type { SuiteDriver } from '../../../src/selftest/suite-driver.js';
import { Suite } from '../../../src/selftest/suite.js';
import { DRIVERS } from './drivers.js';

/** The long form is `./minos selftest --soak 2000`. */
const EXECUTIONS = 40;
const SEED = 20_26;

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
  });

  it(`judges ${EXECUTIONS} honest and hostile programs rightly, and nothing grows`, async () => {
    const problems = await soak({ suite: suite!, executions: EXECUTIONS, seed: SEED });
    expect(problems.join('\n')).toBe('');
  });
});
