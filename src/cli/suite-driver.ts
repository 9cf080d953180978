import { preflight } from '../sandbox/native/preflight.js';
import type { SuiteDriver } from '../selftest/suite-driver.js';
import type { CliContext } from './context.js';
import { openDockerSuiteDriver } from './docker-suite-driver.js';
import { chooseDriver } from './driver-choice.js';
import { openNativeSuiteDriver } from './native-suite-driver.js';
import type { SuiteDriverOptions } from './suite-context.js';

/** The driver that judges here, for the suite. */
export async function openSuiteDriver(
  context: CliContext,
  options?: SuiteDriverOptions,
): Promise<SuiteDriver> {
  return chooseDriver(context.config.sandbox.driver, preflight).driver === 'native'
    ? await openNativeSuiteDriver(context, options)
    : await openDockerSuiteDriver(context, options);
}
