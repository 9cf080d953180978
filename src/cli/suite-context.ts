import type { SandboxConfig } from '../config/config.js';
import type { CliContext } from './context.js';

/** Users of its own, so that it disturbs no Minos at work on the same machine, nor another suite. */
const UID_OFFSET = 500;
const UID_STEP = 4;
const SUITES_AT_ONCE = 100;

/** Of the hostile programs. Their images are made before anything is measured. */
const LANGUAGES = ['c', 'cpp20', 'python3', 'java', 'javascript', 'go', 'bash'];

export interface SuiteDriverOptions {
  /** Default 1: what is left on the slot is met by the next program. */
  readonly slots?: number;
}

/** As it is configured, but with a directory and users of the suite's own. */
export function suiteContext(
  context: CliContext,
  options: {
    readonly driver: SandboxConfig['driver'];
    readonly slots: number;
    readonly directory: string;
  },
): CliContext {
  const { config } = context;
  const firstUid = config.sandbox.firstUid + UID_OFFSET + UID_STEP * (process.pid % SUITES_AT_ONCE);
  const { driver, slots, directory } = options;
  return {
    ...context,
    config: {
      ...config,
      dataDirectory: directory,
      sandbox: { ...config.sandbox, driver, slots, firstUid, ahead: 1 },
    },
  };
}

export function suiteToolchains({ languages }: CliContext): readonly string[] {
  return [...new Set(LANGUAGES.map((id) => languages.get(id).toolchain))];
}
