// The loop of a fuzzer on its own thread: draw, change, run, keep what takes a new way through the code.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../torture/random.ts';
import { COVERAGE, MOST_COUNTERS } from './instrument.ts';
import { Mutator } from './mutate.ts';
import type { Target } from './target.ts';

export interface LoopInput {
  /** The built targets. */
  module: string;
  target: string;
  words: string[];
  seed: number;
  runs: number;
  /** Wall time, ms. */
  time: number;
  /** Inputs of earlier campaigns. */
  corpus: Uint8Array[];
  /** Runs so far, then the length of the input that is on, then the input. */
  shared: SharedArrayBuffer;
}

export interface Finding {
  message: string;
  input: Uint8Array;
}

export type LoopMessage =
  | { kind: 'found'; finding: Finding }
  | { kind: 'kept'; input: Uint8Array }
  | { kind: 'ended'; runs: number; ways: number; kept: number; rssMiB: number };

/** CPU time of one input that counts as a hang, ms; and how far the process may grow, MiB. */
const HANG = 1000;
const MOST_MEMORY = 1024;

const MOST_INPUT = 4096;
const HEAD = 8;

// Enough to tell findings apart; a refusal is an error too, and its stack costs time.
Error.stackTraceLimit = 6;

const given = workerData as LoopInput;
const post = (message: LoopMessage) => parentPort?.postMessage(message);

const coverage = new Uint8Array(MOST_COUNTERS);
Object.assign(globalThis, { [COVERAGE]: coverage });
const words = new Uint32Array(coverage.buffer);

/** How often a branch was taken, in eight classes, a bit each. */
const CLASS = Uint8Array.from({ length: 256 }, (_, n) =>
  n === 0 ? 0 : n < 4 ? 1 << (n - 1) : 1 << Math.min(7, Math.floor(Math.log2(n)) + 1),
);

class Loop {
  readonly #target: Target;
  readonly #seen = new Uint8Array(MOST_COUNTERS);
  readonly #corpus: Uint8Array[] = [];
  readonly #known = new Set<string>();
  readonly #counts = new Int32Array(given.shared, 0, 2);
  readonly #current = new Uint8Array(given.shared, HEAD);
  #runs = 0;
  #ways = 0;
  #rss = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  async campaign(): Promise<void> {
    const end = performance.now() + given.time;
    for (const input of [...(await this.#target.seeds()), ...given.corpus]) {
      if ((await this.#try(input)) || this.#corpus.length === 0) this.#corpus.push(input);
    }
    const random = new Random(given.seed);
    const mutator = new Mutator(random, given.words);
    const most = this.#target.most ?? MOST_INPUT;
    while (this.#runs < given.runs && (this.#runs % 64 !== 0 || performance.now() < end)) {
      // The newest third has half of the turns: what has just been reached leads on.
      const corpus = this.#corpus;
      const fresh = random.next() < 0.5 ? Math.floor((corpus.length * 2) / 3) : 0;
      const parent = corpus[fresh + random.below(corpus.length - fresh)] as Uint8Array;
      const input = mutator.mutate(parent, random.pick(corpus), this.#target.json ?? false, most);
      if (!(await this.#try(input))) continue;
      this.#corpus.push(input);
      post({ kind: 'kept', input });
    }
    post({
      kind: 'ended',
      runs: this.#runs,
      ways: this.#ways,
      kept: this.#corpus.length,
      rssMiB: Math.round(this.#rss / 2 ** 20),
    });
  }

  /** Whether the input took a way that none before it had taken. */
  async #try(input: Uint8Array): Promise<boolean> {
    this.#current.set(input.subarray(0, this.#current.length));
    this.#counts[1] = input.length;
    Atomics.add(this.#counts, 0, 1);
    words.fill(0);
    const begun = performance.now();
    try {
      const running = this.#target.run(input);
      if (running) await running;
    } catch (error) {
      this.#found(error, input);
    }
    this.#runs++;
    if (performance.now() - begun > HANG) await this.#timeAgain(input);
    if (this.#runs % 1024 === 0) this.#measure(input);
    return this.#isNew();
  }

  #isNew(): boolean {
    let isNew = false;
    for (let i = 0; i < words.length; i++) {
      if (words[i] === 0) continue;
      for (let at = i * 4; at < i * 4 + 4; at++) {
        const taken = CLASS[coverage[at] as number] as number;
        if (((this.#seen[at] as number) & taken) === taken) continue;
        this.#seen[at] = (this.#seen[at] as number) | taken;
        this.#ways++;
        isNew = true;
      }
    }
    return isNew;
  }

  /** On a busy machine a second on the clock says nothing: what counts is this thread's own time. */
  async #timeAgain(input: Uint8Array): Promise<void> {
    const before = process.threadCpuUsage();
    try {
      await this.#target.run(input);
    } catch {
      // It has been found already.
    }
    const { user, system } = process.threadCpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms > HANG) this.#found(new Error(`It takes ${Math.round(ms)} ms of CPU time`), input);
  }

  #measure(input: Uint8Array): void {
    this.#rss = Math.max(this.#rss, process.memoryUsage.rss());
    if (this.#rss > MOST_MEMORY * 2 ** 20) {
      this.#found(new Error(`The process has passed ${MOST_MEMORY} MiB`), input);
    }
  }

  #found(error: unknown, input: Uint8Array): void {
    const { stack, message } = error instanceof Error ? error : new Error(String(error));
    const place = (stack ?? '').split('\n').slice(1, 4).join('\n');
    const key = createHash('sha1').update(place).digest('hex');
    if (this.#known.has(key)) return;
    this.#known.add(key);
    post({ kind: 'found', finding: { message: `${message}\n${place}`, input } });
  }
}

const { targets } = (await import(given.module)) as { targets: Target[] };
const target = targets.find(({ name }) => name === given.target);
if (!target) throw new Error(`There is no target ${given.target}.`);
await new Loop(target).campaign();
process.exit();
