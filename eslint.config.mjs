import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Imports point one way (README, "the map"): each layer names the layers that it must not know. */
const forbid = (...layers) => ({
  'no-restricted-imports': [
    'error',
    {
      // Only paths of our own: `@temporalio/worker` is not `src/worker`.
      patterns: [{ regex: `^(\\.\\./)+(src/)?(${layers.join('|')})(/|$)`, message: 'imports point one way: see "the map" in README.md' }],
    },
  ],
});
/** From the bottom up, each before those that it must not know; a line names the few below that it does not know either. */
const above = {
  fields: [
    'quality',
    'scenarios',
    'sinks',
    'spec',
    'activities',
    'jobs',
    'connector',
    'metrics',
    'api',
    'cli',
    'temporal',
    'worker',
    'server',
  ],
  quality: ['scenarios', 'sinks', 'spec', 'activities', 'jobs', 'connector', 'metrics', 'api', 'cli', 'temporal', 'worker', 'server'],
  scenarios: ['quality', 'sinks', 'spec', 'activities', 'jobs', 'connector', 'metrics', 'api', 'cli', 'temporal', 'worker', 'server'],
  sinks: [
    'scenarios',
    'quality',
    'fields',
    'spec',
    'activities',
    'jobs',
    'connector',
    'metrics',
    'api',
    'cli',
    'temporal',
    'worker',
    'server',
  ],
  spec: ['activities', 'jobs', 'connector', 'metrics', 'api', 'cli', 'temporal', 'worker', 'server'],
  config: [
    'fields',
    'quality',
    'sinks',
    'activities',
    'jobs',
    'connector',
    'metrics',
    'api',
    'cli',
    'temporal',
    'verify',
    'worker',
    'server',
  ],
  temporal: [
    'fields',
    'quality',
    'scenarios',
    'sinks',
    'activities',
    'jobs',
    'connector',
    'metrics',
    'api',
    'cli',
    'verify',
    'worker',
    'server',
  ],
  'kafka-broker': [
    'fields',
    'quality',
    'scenarios',
    'sinks',
    'activities',
    'jobs',
    'connector',
    'metrics',
    'api',
    'cli',
    'verify',
    'worker',
    'server',
  ],
  verify: ['activities', 'jobs', 'connector', 'metrics', 'api', 'cli', 'temporal', 'worker', 'server'],
  metrics: [
    'fields',
    'quality',
    'scenarios',
    'sinks',
    'spec',
    'activities',
    'jobs',
    'connector',
    'api',
    'cli',
    'temporal',
    'verify',
    'worker',
    'server',
  ],
  connector: ['activities', 'jobs', 'metrics', 'api', 'cli', 'temporal', 'worker', 'server'],
  jobs: ['activities', 'connector', 'metrics', 'api', 'cli', 'worker', 'server'],
  api: ['activities', 'cli', 'worker', 'server'],
};
/** The page runs in a browser: of the rest it has types, and code that is nothing but arithmetic and words. */
const inThePage = ['figures', 'jobs/rates', 'jobs/load-text', 'spec/durations'];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'test/histories/', 'test/model/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      'no-console': 'error',
    },
  },
  ...Object.entries(above).map(([layer, layers]) => ({ files: [`src/${layer}/**/*.ts`], rules: forbid(...layers) })),
  {
    files: ['src/console/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // Two folders up and more is outside of the page.
              regex: `^(node:|(\\.\\./){2,}(?!(${inThePage.join('|')})$))`,
              allowTypeImports: true,
              message: 'the page runs in a browser: types, and what is listed as inThePage',
            },
          ],
        },
      ],
    },
  },
  { files: ['activities/**/*.ts'], rules: forbid('jobs', 'api', 'cli', 'temporal', 'worker', 'server') },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!@temporalio/workflow$|\\./)', message: 'workflows import @temporalio/workflow and ./ only' }] },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'workflows/**/*.ts', 'activities/**/*.ts'],
    ignores: ['src/worker.ts', 'src/server.ts', 'src/cli/**', 'src/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['env', 'argv', 'exit'].map((property) => ({
          object: 'process',
          property,
          message: 'effects are at the edges: worker, server, cli',
        })),
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
      },
    },
    rules: { 'no-console': 'off', '@typescript-eslint/no-require-imports': 'off' },
  },
);
