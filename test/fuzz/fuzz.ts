// A campaign of fuzzing: builds the targets with counters, runs each on a thread, watches for hangs.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { instrument } from './instrument.ts';
import type { Finding, LoopInput, LoopMessage } from './loop.ts';

const root = resolve(import.meta.dirname, '..', '..');
const CORPUS = join(import.meta.dirname, 'corpus');
const LARGEST = 1 << 20;

/** CPU time of the process in which no input ends: its thread is in an endless loop, ms. */
const STUCK = 15_000;

const cpuTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

export interface Built {
  module: string;
  words: string[];
  names: string[];
}

/** Builds all targets into one module whose branches are counted. */
export async function buildTargets(): Promise<Built> {
  const outDir = join(root, '.cache', 'fuzz', String(process.pid));
  const words = new Set<string>();
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    plugins: [instrument(join(root, 'src'), words), noWorkers()],
    build: {
      ssr: join(import.meta.dirname, 'targets', 'index.ts'),
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'node22',
      rollupOptions: { output: { entryFileNames: 'targets.mjs' } },
    },
  });
  const module = pathToFileURL(join(outDir, 'targets.mjs')).href;
  const names = join(import.meta.dirname, 'targets', 'names.ts');
  const { NAMES } = (await import(pathToFileURL(names).href)) as { NAMES: readonly string[] };
  return { module, words: [...words], names: [...NAMES] };
}

/** Runs are not what is fuzzed: a worker ends as soon as it is begun. */
const noWorkers = () => ({
  name: 'swap-lab:no-workers',
  enforce: 'pre' as const,
  resolveId: (id: string) => (id.endsWith('?nodeWorker') ? '\0no-worker' : null),
  load: (id: string) =>
    id === '\0no-worker'
      ? `import { EventEmitter } from 'node:events';
         export default () => {
           const worker = new EventEmitter();
           worker.terminate = () => Promise.resolve(setImmediate(() => worker.emit('exit', 1)));
           setImmediate(() => worker.emit('exit', 1));
           return worker;
         };`
      : null,
});

export interface FuzzOptions {
  target: string;
  seed: number;
  runs: number;
  time: number;
  /** Adds what took a new way to the corpus in the repository. */
  keep?: boolean;
}

export interface FuzzResult {
  runs: number;
  /** Branches by class of how often they were taken. */
  ways: number;
  kept: number;
  rssMiB: number;
  ms: number;
  findings: Finding[];
}

export async function fuzz(built: Built, options: FuzzOptions): Promise<FuzzResult> {
  const { target, seed, runs, time } = options;
  const shared = new SharedArrayBuffer(8 + LARGEST);
  const counts = new Int32Array(shared, 0, 2);
  const { module, words } = built;
  const corpus = readCorpus(target);
  const workerData: LoopInput = { module, target, words, seed, runs, time, corpus, shared };
  const begun = performance.now();
  const result: FuzzResult = { runs: 0, ways: 0, kept: 0, rssMiB: 0, ms: 0, findings: [] };
  const kept: Uint8Array[] = [];
  const worker = new Worker(join(import.meta.dirname, 'loop.ts'), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  await new Promise<void>((done) => {
    let seen = -1;
    let stuck = false;
    let since = cpuTime();
    const watch = setInterval(() => {
      const now = Atomics.load(counts, 0);
      if (now !== seen) since = cpuTime();
      seen = now;
      if (cpuTime() - since < STUCK || stuck) return;
      stuck = true;
      result.findings.push({ message: 'It hangs', input: currentInput(shared) });
      result.runs = now;
      void worker.terminate();
    }, 500);
    worker.on('message', (message: LoopMessage) => {
      if (message.kind === 'found') result.findings.push(message.finding);
      else if (message.kind === 'kept') kept.push(message.input);
      else Object.assign(result, message);
    });
    worker.on('error', (error) => {
      result.findings.push({
        message: `It ended the thread: ${error.stack}`,
        input: currentInput(shared),
      });
    });
    worker.on('exit', () => {
      clearInterval(watch);
      done();
    });
  });
  if (options.keep) addToCorpus(target, corpus, kept);
  result.ms = performance.now() - begun;
  return result;
}

function currentInput(shared: SharedArrayBuffer): Uint8Array {
  const length = new Int32Array(shared, 0, 2)[1] as number;
  return Uint8Array.from(new Uint8Array(shared, 8, Math.min(length, LARGEST)));
}

const fileOf = (target: string) => join(CORPUS, `${target}.txt`);

/** One input a line, base64. */
function readCorpus(target: string): Uint8Array[] {
  if (!existsSync(fileOf(target))) return [];
  const lines = readFileSync(fileOf(target), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Buffer.from(line, 'base64'));
}

/** Bytes of base64 that one target's corpus may take in the repository. */
const LARGEST_CORPUS = 32 * 1024;

function addToCorpus(target: string, before: Uint8Array[], kept: Uint8Array[]): void {
  mkdirSync(CORPUS, { recursive: true });
  const all = [...before, ...kept].sort((a, b) => a.length - b.length);
  const lines = [...new Set(all.map((input) => Buffer.from(input).toString('base64')))];
  let bytes = 0;
  const fitting = lines.filter((line) => (bytes += line.length + 1) <= LARGEST_CORPUS);
  writeFileSync(fileOf(target), `${fitting.join('\n')}\n`);
}

/** Writes an input where whoever mends the code finds it; gives the path. */
export function saveFinding(target: string, { input }: Finding): string {
  const folder = join(root, 'test-results', 'fuzz');
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha1').update(input).digest('hex').slice(0, 12);
  const path = join(folder, `${target}-${name}`);
  writeFileSync(path, input);
  return path;
}
