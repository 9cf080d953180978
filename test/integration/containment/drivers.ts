import { createContext, type CliContext } from '../../../src/cli/context.js';
import { openDockerSuiteDriver } from '../../../src/cli/docker-suite-driver.js';
import { openNativeSuiteDriver } from '../../../src/cli/native-suite-driver.js';
import { SILENT } from '../../../src/cli/progress.js';
import { preflight } from '../../../src/sandbox/native/preflight.js';
import type { SuiteDriver } from '../../../src/selftest/suite-driver.js';

/** Every driver that the suite is run against. */
export const DRIVERS: readonly TriedDriver[] = [
  {
    name: 'Docker driver',
    open: async (options) => openDockerSuiteDriver(await testContext(), options),
  },
  ...(preflight().kind === 'ready'
    ? [
        {
          name: 'native driver',
          open: async (options?: { readonly slots: number }) =>
            openNativeSuiteDriver(await testContext(), options),
        },
      ]
    : []),
];

interface TriedDriver {
  readonly name: string;
  open(options?: { readonly slots: number }): Promise<SuiteDriver>;
}

async function testContext(): Promise<CliContext> {
  const context = await createContext({}, new AbortController().signal);
  const base = process.env['MINOS_TEST_BASE'];
  const images = base === undefined ? context.config.images : { ...context.config.images, base };
  return { ...context, config: { ...context.config, images }, progress: SILENT };
}
