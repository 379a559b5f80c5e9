// Lets tests import a worker the way the app does (`./worker?nodeWorker`): electron-vite's plugin exists
// only in its own builds, so under vitest Vite bundles the worker into .cache and it is started from there.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';

const SUFFIX = '?nodeWorker';
const root = resolve(import.meta.dirname, '..', '..');

export function nodeWorker(): Plugin {
  // Removed no earlier than this: test files that share the plugin start their workers until the end.
  const written = new Set<string>();
  process.once('exit', () => {
    for (const folder of written) rmSync(folder, { recursive: true, force: true });
  });
  return {
    name: 'swap-lab:node-worker',
    enforce: 'pre',
    // What is loaded below names a folder of this very process: no later one may find it in its cache.
    configureVitest({ defineCacheKeyGenerator }) {
      defineCacheKeyGenerator(({ id }) => (id.endsWith(SUFFIX) ? false : undefined));
    },
    async resolveId(source, importer) {
      if (!source.endsWith(SUFFIX)) return null;
      const found = await this.resolve(source.slice(0, -SUFFIX.length), importer);
      return found ? found.id + SUFFIX : null;
    },
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const entry = id.slice(0, -SUFFIX.length);
      // A folder of its own each time: a bundle that is being written must not replace one in use.
      const outDir = join(root, '.cache', 'test-workers', `${process.pid}-${randomUUID()}`);
      written.add(outDir);
      await build({
        configFile: false,
        logLevel: 'error',
        root,
        build: {
          ssr: entry,
          outDir,
          emptyOutDir: true,
          target: 'node22',
          rollupOptions: { output: { entryFileNames: 'worker.mjs' } },
        },
      });
      const file = JSON.stringify(join(outDir, 'worker.mjs'));
      return [
        `import { Worker } from 'node:worker_threads';`,
        `export default (options) => new Worker(${file}, options);`,
      ].join('\n');
    },
  };
}
