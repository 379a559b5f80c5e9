// Lets plain Node run the lab's sources unbundled, as child processes of the tests do: `x.ts?nodeWorker`
// becomes a function that starts that file as a worker, which is what the app's bundler makes of it.
import { registerHooks } from 'node:module';

const SUFFIX = '?nodeWorker';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.endsWith(SUFFIX)) return next(specifier, context);
    const { url } = next(specifier.slice(0, -SUFFIX.length), context);
    return { url: url + SUFFIX, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.endsWith(SUFFIX)) return next(url, context);
    const file = JSON.stringify(url.slice(0, -SUFFIX.length));
    const source = [
      `import { Worker } from 'node:worker_threads';`,
      `export default (options) => new Worker(new URL(${file}), options);`,
    ].join('\n');
    return { format: 'module', source, shortCircuit: true };
  },
});
