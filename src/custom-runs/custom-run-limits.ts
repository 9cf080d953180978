const MIB = 2 ** 20;

/** What a custom run may ask for: enough for trying out, and too little for working. */
export const CUSTOM_RUN_CAPS = {
  cpuTimeMs: { least: 100, usual: 2000, most: 10_000 },
  memoryBytes: { least: 16 * MIB, most: 1024 * MIB },
  stdinBytes: MIB,
} as const;
