// Lint rules: the usual recommended ones, the arrows between the layers, and a deterministic engine.
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { arrows } from './scripts/lint/arrows.mjs';

const notInTheEngine = (what) =>
  `The engine is deterministic and does no I/O: ${what} would make a run depend on its host.`;

export default ts.config(
  { ignores: ['out/', 'dist-app/', 'test-results/', 'coverage/', '.cache/'] },
  // A rule that does not fit is changed here, in the open, not switched off beside the code.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.{js,mjs}', 'src/main/**', 'src/preload/**', 'test/**'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['src/renderer/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    // TypeScript already knows the globals, and the rule does not know types.
    rules: {
      'no-undef': 'off',
      // Collections in state are replaced as a whole ($state.raw), never changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'resources/**/*.ts', 'test/**/*.ts'],
    ignores: ['**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**', 'resources/**/*.ts'],
    plugins: { 'swap-lab': { rules: { arrows } } },
    rules: { 'swap-lab/arrows': 'error' },
  },
  {
    // The app opens no network connection; only the server listens, on 127.0.0.1. (The command reads pipes as sockets.)
    files: ['src/**', 'resources/**/*.ts'],
    ignores: ['src/main/serve/**', 'src/main/cli/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        ...['net', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises', 'tls', 'undici']
          .flatMap((name) => [name, `node:${name}`])
          .map((name) => ({ name, message: 'Nothing but src/main/serve uses the network.' })),
      ],
    },
  },
  {
    files: ['src/main/**', 'src/preload/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['fetch', 'WebSocket', 'EventSource'].map((name) => ({
          name,
          message: 'The app opens no network connection.',
        })),
      ],
    },
  },
  {
    files: ['src/engine/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          ['Date', 'the time of day'],
          ['performance', 'the time of day'],
          ['console', 'output'],
          ['process', 'the process'],
          ['globalThis', 'a global'],
          ['window', 'a global'],
          ['self', 'a global'],
          ['crypto', 'a random number that no seed repeats'],
          ['fetch', 'the network'],
          ['setTimeout', "the host's clock"],
          ['setInterval', "the host's clock"],
          ['setImmediate', "the host's clock"],
          ['queueMicrotask', "the host's scheduler"],
          ['requestAnimationFrame', "the host's clock"],
        ].map(([name, what]) => ({ name, message: notInTheEngine(what) })),
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: notInTheEngine('a random number that no seed repeats'),
        },
      ],
    },
  },
  prettier,
  ...svelte.configs.prettier,
);
