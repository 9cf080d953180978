import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelOf } from '../../../src/selftest/hostile-case.js';
import { NINE_TENTHS, tryBesideBadNeighbours } from '../../../src/selftest/neighbours.js';
import type { SuiteDriver } from '../../../src/selftest/suite-driver.js';
import { DRIVERS } from './drivers.js';

describe.each(DRIVERS)('$name with bad neighbours', ({ open }) => {
  let driver: SuiteDriver;

  beforeAll(async () => {
    driver = await open({ slots: 2 });
  });

  afterAll(async () => {
    await driver[Symbol.asyncDispose]();
  });

  it(labelOf(NINE_TENTHS), async () => {
    expect((await tryBesideBadNeighbours(driver)).join('\n')).toBe('');
  });
});
