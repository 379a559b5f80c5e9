// Four suites: unit (engine, lab, command line, architecture), renderer (components), e2e (both shells),
// package (the packaged app).
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { nodeWorker } from './test/support/nodeWorker.ts';

export default defineConfig({
  test: {
    // By default one processor stays idle, which on two makes the engine's tests take twice as long.
    maxWorkers: '100%',
    projects: [
      {
        plugins: [nodeWorker()],
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/renderer/**', 'test/e2e/**', 'test/package/**'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [svelte({ configFile: false }), svelteTesting()],
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['test/renderer/**/*.test.ts'],
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 90_000,
          // Each test starts a browser; a second one at the same time only makes both slow.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'screenshots',
          environment: 'node',
          include: ['test/screens/**/*.pictures.ts'],
          testTimeout: 300_000,
          hookTimeout: 90_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'bench',
          environment: 'node',
          include: ['test/screens/**/*.bench.ts'],
          testTimeout: 300_000,
          hookTimeout: 90_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'package',
          environment: 'node',
          include: ['test/package/**/*.test.ts', 'test/e2e/journey.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 90_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
