/** `swaplab sweep`: runs a scenario over seeds and over the values of one or two settings. */
import { Option, type Command } from 'commander';
import { parseValue } from '../../../engine/scenario/index.ts';
import type { RunGroup, RunStatus, RunSummary, SweepAxis } from '../../lab/contract.ts';
import { invalid } from '../../lab/errors.ts';
import type { Lab } from '../../lab/index.ts';
import { Exit, FAILED, INTERRUPTED } from '../failures.ts';
import { readScenario } from '../input.ts';
import { collect, databaseOption, integer, jsonOption } from '../options.ts';
import { tenths, time, whole } from '../output/figures.ts';
import { Progress } from '../output/progress.ts';
import { plain, table, type Align } from '../output/table.ts';
import { json, print } from '../output/write.ts';
import { withLab } from '../session.ts';

interface SweepOptions {
  over?: string[];
  seeds: number;
  jobs?: number;
  set?: string[];
  name?: string;
  db?: string;
  save: boolean;
  json?: boolean;
}

const GOING: readonly RunStatus[] = ['queued', 'running', 'paused'];

export function addSweep(program: Command): void {
  program
    .command('sweep')
    .description('Run a scenario over several seeds, and over the values of one or two settings')
    .argument('<scenario>', 'scenario file in JSON, or - for standard input')
    .option('--over <path=values>', 'setting to vary and its values; may be given twice', collect)
    .option('--seeds <n>', "seeds for each, from the scenario's own upwards", integer(1, 1000), 1)
    .option('--jobs <n>', 'runs at the same time (default: as set in the app)', integer(1, 256))
    .option('--set <path=value>', 'change a setting first; may be given again', collect)
    .option('--name <name>', 'what the group is called (default: as its scenario)')
    .addOption(databaseOption())
    .addOption(new Option('--no-save', 'keep nothing: no database is opened or made'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  swaplab sweep resources/studies/first-run.json --seeds 5
  swaplab sweep web.json --over kernel.zswap.maxPoolPercent=5,10,20,40
  swaplab sweep web.json --over kernel.swappiness=0,60,200 --over cgroups.web.memory.max=1G,2G --seeds 3

Ctrl-C cancels what has not ended. Exit code: 0 all done, 1 a run failed, 2 bad input, 130 cancelled.`,
    )
    .action(async (file: string, options: SweepOptions) => {
      const axes = (options.over ?? []).map(readAxis);
      if (axes.length === 0 && options.seeds < 2) {
        throw invalid(
          'Nothing varies; accepted: --over path=values, --seeds of 2 or more, or both.',
        );
      }
      const { scenario, baseDir } = await readScenario(file, options.set);
      const first = typeof scenario.run?.seed === 'number' ? scenario.run.seed : 1;
      const seeds = Array.from({ length: options.seeds }, (_, i) => (first + i) % 2 ** 32);
      const session = { db: options.db, inMemory: !options.save, concurrency: options.jobs };
      await withLab(session, async (lab) => {
        const { group, cancelled } = await follow(lab, {
          ...{ scenario, baseDir, axes, seeds },
          ...(options.name === undefined ? {} : { name: options.name }),
        });
        if (options.json) json(group);
        else print(describe(group));
        if (cancelled) throw new Exit(INTERRUPTED);
        const failed = group.runs.find(({ status }) => status !== 'done');
        if (failed) {
          process.stderr.write(`swaplab: ${failed.name}: ${failed.error ?? failed.status}\n`);
          throw new Exit(FAILED);
        }
      });
    });
}

/** `kernel.swappiness=0,60`; a list in brackets is JSON, for values that hold commas themselves. */
function readAxis(text: string): SweepAxis {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(0, equals));
  const rest = text.slice(equals + 1).trim();
  const listed = rest.startsWith('[') ? parseValue(rest) : undefined;
  const values = Array.isArray(listed)
    ? (listed as unknown[])
    : rest.split(',').filter(Boolean).map(parseValue);
  if (equals < 1 || values.length === 0) {
    throw invalid(
      `--over is ${JSON.stringify(text)}; accepted: path=values, such as kernel.swappiness=0,60,200.`,
    );
  }
  return { path, values };
}

async function follow(
  lab: Lab,
  request: Parameters<Lab['startGroup']>[0],
): Promise<{ group: RunGroup; cancelled: boolean }> {
  const progress = new Progress('sweep');
  const ended = Promise.withResolvers<void>();
  const shares = new Map<number, number>();
  const over = new Set<number>();
  let started: { id: number; runs: number[] } | undefined;
  let cancelled = false;
  const look = () => {
    if (!started) return;
    const total = started.runs.length;
    const sum = started.runs.reduce(
      (all, id) => all + (over.has(id) ? 1 : (shares.get(id) ?? 0)),
      0,
    );
    progress.update(sum / total, () => `${over.size} of ${total} runs`);
    if (started.runs.every((id) => over.has(id))) ended.resolve();
  };
  const stopListening = lab.on({
    runChanged: (run) => {
      if (!GOING.includes(run.status)) over.add(run.id);
      look();
    },
    runProgress: ({ id, progress: { fraction } }) => {
      shares.set(id, fraction ?? 0);
      look();
    },
  });
  const cancel = () => {
    cancelled = true;
    if (started) lab.cancelGroup(started.id).catch(() => ended.resolve());
  };
  // Once: a second Ctrl-C ends the process at once, as it would without a handler.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, cancel);
  try {
    started = await lab.startGroup(request);
    if (cancelled) cancel();
    look();
    await ended.promise;
    return { group: await lab.getGroup(started.id), cancelled };
  } finally {
    progress.end();
    stopListening();
    for (const signal of signals) process.off(signal, cancel);
  }
}

function describe({ id, name, axes, seeds, runs }: RunGroup): string {
  const points = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const key = (run.group?.at ?? []).join();
    points.set(key, [...(points.get(key) ?? []), run]);
  }
  const rows = [...points.values()].map((own) => {
    const { at } = own[0]?.group ?? { at: [] };
    const done = own.flatMap(({ headline }) => (headline ? [headline] : []));
    const mean = (key: keyof (typeof done)[number]) =>
      done.reduce((sum, each) => sum + each[key], 0) / done.length;
    const figures =
      done.length === 0
        ? ['-', '-', '-', '-']
        : [
            `${whole(mean('throughput'))}/s`,
            whole(mean('pgmajfault')),
            time(Math.round(mean('faultP99Ns'))),
            tenths(mean('oomKills')),
          ];
    const values = axes.map(({ values }, axis) => spell(values[at[axis] as number]));
    return [...values, `${done.length} of ${own.length}`, ...figures];
  });
  const header = [
    ...axes.map(({ path }) => path),
    ...['Done', 'Throughput', 'Major faults', 'Fault p99', 'OOM kills'],
  ];
  const align: Align[] = header.map((_, i) => (i < axes.length ? 'left' : 'right'));
  const of = seeds.length > 1 ? `, means over ${seeds.length} seeds` : '';
  return `Group ${id}: ${plain(name)}, ${runs.length} runs${of}\n\n${table(header, rows, align)}`;
}

const spell = (value: unknown) => plain(typeof value === 'string' ? value : JSON.stringify(value));
