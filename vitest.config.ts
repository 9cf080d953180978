import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** Decorators need their metadata, which only swc writes. */
const plugins = [swc.vite({ module: { type: 'es6' } })];

/** Real containers on shared cores: one file at a time, and time enough to build an image. */
const slow = {
  fileParallelism: false,
  testTimeout: 5 * MINUTE_MS,
  hookTimeout: 20 * MINUTE_MS,
};

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        plugins,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        plugins,
        test: { name: 'runner', include: ['runner/tests/**/*.test.ts'], ...slow },
      },
      {
        plugins,
        test: {
          name: 'contracts',
          include: ['test/contracts/**/*.test.ts'],
          globalSetup: 'test/fixtures/postgres-server.ts',
          ...slow,
        },
      },
      {
        plugins,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/fixtures/postgres-server.ts',
          ...slow,
        },
      },
    ],
  },
});
