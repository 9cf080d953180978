import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What a feature of the service stands on. */
const FEATURE = [
  'judging',
  'problems',
  'languages',
  'queue',
  'accounts',
  'events',
  'blobs',
  'database',
  'http',
  'config',
  'errors',
];

/**
 * Who may import whom (docs/architecture.md). A room may import itself, the rooms and files listed
 * here, and the packages that `packages` allows; an absent `packages` allows all but dockerode.
 */
const ROOMS = {
  judging: { rooms: [], packages: ['diff'] },
  config: { rooms: ['judging', 'errors'] },
  database: { rooms: ['judging', 'config', 'errors'] },
  queue: { rooms: ['judging', 'config', 'database', 'errors'] },
  problems: {
    rooms: [
      'judging',
      'config',
      'languages',
      'database',
      'queue',
      'blobs',
      'accounts',
      'events',
      'http',
      'errors',
    ],
  },
  rejudgings: {
    rooms: ['judging', 'queue', 'accounts', 'database', 'events', 'http', 'errors'],
  },
  languages: { rooms: ['judging', 'accounts', 'http', 'database', 'config', 'errors'] },
  sandbox: { rooms: ['judging', 'languages', 'config', 'errors'], dockerode: true },
  blobs: { rooms: ['config', 'errors'] },
  logs: { rooms: [] },
  http: { rooms: ['config', 'database', 'logs', 'errors'] },
  accounts: { rooms: ['http', 'database', 'config', 'errors'] },
  health: { rooms: ['accounts', 'http', 'database', 'errors'] },
  submissions: { rooms: [...FEATURE, 'judgements'] },
  judgements: { rooms: FEATURE },
  'custom-runs': { rooms: [...FEATURE, 'submissions', 'judgements'] },
  events: { rooms: ['database', 'errors'] },
  metrics: {
    rooms: [
      'judging',
      'accounts',
      'events',
      'queue',
      'http',
      'database',
      'config',
      'errors',
      'logs',
    ],
  },
  webhooks: { rooms: ['accounts', 'events', 'http', 'database', 'config', 'errors'] },
  selftest: { rooms: ['judging', 'languages', 'problems', 'sandbox', 'config', 'errors'] },
  backup: { rooms: ['database', 'blobs', 'queue', 'errors'] },
  operations: {
    rooms: ['languages', 'queue', 'accounts', 'database', 'events', 'http', 'errors'],
  },
  worker: {
    rooms: [
      'judging',
      'queue',
      'languages',
      'problems',
      'judgements',
      'custom-runs',
      'operations',
      'events',
      'blobs',
      'logs',
      'database',
      'config',
      'errors',
    ],
  },
  cli: {
    rooms: [
      'selftest',
      'judging',
      'config',
      'problems',
      'languages',
      'sandbox',
      'selftest',
      'app.module',
      'http',
      'accounts',
      'backup',
      'blobs',
      'database',
      'logs',
      'queue',
      'errors',
    ],
  },
};

/** How deep below its room a file may lie: `../` climbs, and must not climb out unseen. */
const DEPTHS = [1, 2, 3];

const noDockerode = {
  regex: '^(dockerode|docker-modem)$',
  message: 'Only src/sandbox sees dockerode.',
};

function roomRules([room, { rooms, packages, dockerode }]) {
  return DEPTHS.map((depth) => ({
    files: [`src/${room}/${'*/'.repeat(depth - 1)}*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./){${String(depth)}}(?!(${rooms.join('|') || '(?!)'})(/|\\.js$))`,
              message: `The room ${room} may import only itself, ${rooms.join(', ') || 'nothing else'} (docs/architecture.md).`,
            },
            ...(packages === undefined
              ? []
              : [
                  {
                    regex: `^(?!\\.{1,2}/|(${packages.join('|')})$)`,
                    message: `The room ${room} is pure: no packages but ${packages.join(', ')}, no node: modules.`,
                  },
                ]),
            ...(dockerode === true ? [] : [noDockerode]),
          ],
        },
      ],
    },
  }));
}

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.minos/',
      'problems/',
      'selftest/programs/',
      'runner/build/',
      '**/.*/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Abbreviations that read well, and change no meaning.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // DTOs are plain objects of a class's shape; the class is for decorators.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a string union.' },
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
      'no-restricted-imports': ['error', { patterns: [noDockerode] }],
      eqeqeq: 'error',
    },
  },
  ...Object.entries(ROOMS).flatMap(roomRules),
  {
    // Parsers and validators take bytes as they come, control characters included.
    files: ['**/*.ts'],
    rules: { 'no-control-regex': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'runner/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
      // `json<T>()` says what a test expects.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly' } },
  },
  prettier,
);
