/** `swaplab bench`: how many page accesses the engine simulates in a second on this machine. */
import { availableParallelism, cpus } from 'node:os';
import type { Command } from 'commander';
import { ENGINE_VERSION } from '../../../engine/run.ts';
import { invalid } from '../../lab/errors.ts';
import { readTrace } from '../../lab/traces/format.ts';
import { benchBuiltin, median, type BenchCase } from '../bench/builtin.ts';
import { measure } from '../bench/measure.ts';
import { benchParallel } from '../bench/parallel.ts';
import { integer, jsonOption, type JsonOption } from '../options.ts';
import { time, whole } from '../output/figures.ts';
import { Progress } from '../output/progress.ts';
import { facts, table } from '../output/table.ts';
import { json, print } from '../output/write.ts';

interface BenchOptions extends JsonOption {
  trace?: string;
  limit?: number;
  builtin?: boolean;
  parallel?: boolean;
  quick?: boolean;
  rounds: number;
}

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('Measure the speed of the engine, in page accesses per second of wall time')
    .option('--trace <file>', 'replay this trace: raw page numbers (.u32) or a .swtrace file')
    .option('--limit <pages>', 'memory.max of its cgroup in pages', integer(1, 2 ** 31))
    .option('--builtin', 'measure the built-in cases instead, each beside a bare LRU cache')
    .option('--parallel', 'measure how runs at once scale with the processors')
    .option('--quick', 'smaller built-in cases, to see that it works')
    .option(
      '--rounds <n>',
      'how often each case is measured; rates are medians',
      integer(1, 100),
      3,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The machine of --trace: one cgroup with memory.max = --limit pages of 4 KiB, RAM for far more, zswap
on (lzo, memory.zswap.max a quarter of the limit) before an NVMe tier that could hold every page
twice, content classes and all other settings at their defaults, one sample each simulated second,
seed 1. The time to load the trace and to build the machine is not counted.

The ratio of the built-in cases is the rate of the engine by the rate of a cache of two typed arrays
on the same accesses: unlike the rate it can be compared between machines.`,
    )
    .action(async (options: BenchOptions) => {
      if (options.builtin) return benchCases(options);
      if (options.parallel) return benchScaling(options);
      if (options.trace === undefined || options.limit === undefined) {
        throw invalid(
          'Nothing to measure; accepted: --trace FILE with --limit PAGES, --builtin or --parallel.',
        );
      }
      await benchTrace(options.trace, options.limit, options);
    });
}

const environment = () => ({
  engineVersion: ENGINE_VERSION,
  node: process.version,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cpus: availableParallelism(),
});

async function benchTrace(file: string, limit: number, options: BenchOptions): Promise<void> {
  const loading = performance.now();
  const trace = await readTrace(file);
  const loadMs = performance.now() - loading;
  const rounds = Array.from({ length: options.rounds }, () => measure(trace, limit));
  const rates = rounds.map(({ perSecond }) => perSecond);
  const { accesses, majorFaults, simulatedNs, digest } = rounds[0] as (typeof rounds)[0];
  const report = {
    ...environment(),
    trace: file,
    pages: trace.pages,
    limitPages: limit,
    accesses,
    majorFaults,
    simulatedNs,
    digest,
    loadMs,
    wallMs: median(rounds.map(({ wallMs }) => wallMs)),
    accessesPerSecond: median(rates),
    bestAccessesPerSecond: Math.max(...rates),
    rounds: options.rounds,
  };
  if (options.json) return json(report);
  print(
    facts([
      ['Accesses', `${whole(accesses)} to ${whole(trace.pages)} pages, limit ${whole(limit)}`],
      ['Major faults', whole(majorFaults)],
      ['Loading', time(Math.round(loadMs * 1e6))],
      ['Run', `${time(Math.round(report.wallMs * 1e6))} (median of ${options.rounds})`],
      ['Rate', `${whole(report.accessesPerSecond)} accesses/s`],
      ['Best', `${whole(report.bestAccessesPerSecond)} accesses/s`],
      ['Digest', digest],
    ]),
  );
}

function benchCases(options: BenchOptions): void {
  const progress = new Progress('bench');
  const cases = benchBuiltin({
    quick: Boolean(options.quick),
    rounds: options.rounds,
    onCase: (name, done, total) => progress.update(done / total, () => name),
  });
  progress.end();
  if (options.json) return json({ ...environment(), rounds: options.rounds, cases });
  const header = ['Case', 'Limit', 'Major faults', 'Accesses/s', 'Bare LRU/s', 'Ratio'];
  print(table(header, cases.map(rowOf), ['left', ...header.slice(1).map(() => 'right' as const)]));
}

async function benchScaling(options: BenchOptions): Promise<void> {
  const scaling = await benchParallel({ quick: Boolean(options.quick), rounds: options.rounds });
  if (options.json) return json({ ...environment(), rounds: options.rounds, ...scaling });
  const { runs, atOnce, oneByOneMs, atOnceMs, factor } = scaling;
  print(
    facts([
      ['One by one', `${time(Math.round(oneByOneMs * 1e6))} for ${runs} runs`],
      ['At once', `${time(Math.round(atOnceMs * 1e6))} with ${atOnce} threads`],
      ['Factor', factor.toFixed(2)],
    ]),
  );
}

const rowOf = (each: BenchCase) => [
  each.name,
  `${whole(each.limitPages)} pages`,
  whole(each.majorFaults),
  whole(each.perSecond),
  whole(each.calibrationPerSecond),
  each.ratio.toFixed(3),
];
