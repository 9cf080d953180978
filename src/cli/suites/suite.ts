/** A part of `./minos test`. */
export interface Suite {
  readonly name: string;
  /** Does it run containers? */
  readonly needsEngine: boolean;
  readonly kind: 'check' | 'vitest';
  /** Arguments of this Node. */
  readonly command: readonly string[];
}

/** In the order of cost: what fails fast comes first. */
export const SUITES: readonly Suite[] = [
  check('format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
  check('lint', 'eslint/bin/eslint.js', '--max-warnings=0', '.'),
  check('types', 'typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'),
  vitest('unit', 'unit', false),
  vitest('supervisor', 'runner', true),
  vitest('contracts', 'contracts', true),
  vitest('integration', 'integration', true),
];

function check(name: string, program: string, ...args: readonly string[]): Suite {
  return { name, needsEngine: false, kind: 'check', command: [`node_modules/${program}`, ...args] };
}

function vitest(name: string, project: string, needsEngine: boolean): Suite {
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    `--project=${project}`,
    '--reporter=./test/case-reporter.mjs',
  ];
  return { name, needsEngine, kind: 'vitest', command };
}
