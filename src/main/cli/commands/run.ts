/** `swaplab run`: runs one scenario through the lab, follows it, and prints what came out. */
import { Option, type Command } from 'commander';
import type { Lab } from '../../lab/index.ts';
import type { RunRecord, RunStatus } from '../../lab/contract.ts';
import { Exit, FAILED, INTERRUPTED } from '../failures.ts';
import { readScenario } from '../input.ts';
import { collect, databaseOption, integer, jsonOption } from '../options.ts';
import { tenths, time } from '../output/figures.ts';
import { Progress } from '../output/progress.ts';
import { describeRun } from '../output/report.ts';
import { optForPeople } from '../output/traceReport.ts';
import { json, print } from '../output/write.ts';
import { withLab } from '../session.ts';

interface RunOptions {
  seed?: number;
  name?: string;
  set?: string[];
  db?: string;
  save: boolean;
  opt?: boolean;
  json?: boolean;
}

const ENDED: readonly RunStatus[] = ['done', 'failed', 'cancelled', 'interrupted'];

export function addRun(program: Command): void {
  program
    .command('run')
    .description('Run a scenario and keep the run')
    .argument('<scenario>', 'scenario file in JSON, or - for standard input')
    .option('--seed <n>', 'seed instead of the one of the scenario', integer(0, 0xffffffff))
    .option('--set <path=value>', 'change a setting first; may be given again', collect)
    .option('--name <name>', 'what the run is called (default: as its scenario)')
    .addOption(databaseOption())
    .addOption(new Option('--no-save', 'keep nothing: no database is opened or made'))
    .option('--opt', "compare runs on traces with Belady's OPT (see trace opt)")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  swaplab run resources/studies/first-run.json
  swaplab run web.json --seed 7 --set kernel.zswap.enabled=true --set cgroups.web.memory.max=256M
  jq '.machine.memory = "2GiB"' web.json | swaplab run - --no-save --json

Ctrl-C cancels the run. Exit code: 0 done, 1 the run failed, 2 bad input, 130 cancelled.`,
    )
    .action(async (file: string, options: RunOptions) => {
      const source = await readScenario(file, options.set);
      await withLab({ db: options.db, inMemory: !options.save }, async (lab) => {
        const run = await follow(lab, {
          scenario: source.scenario,
          baseDir: source.baseDir,
          save: options.save,
          ...(options.seed === undefined ? {} : { seed: options.seed }),
          ...(options.name === undefined ? {} : { name: options.name }),
        });
        const opt = options.opt && run.status === 'done' ? await lab.compareWithOpt(run.id) : null;
        if (options.json) json({ ...document(run), ...(opt ? { opt } : {}) });
        else print([describeRun(run), ...(opt ? [optForPeople(opt)] : [])].join('\n'));
        if (run.status === 'cancelled') throw new Exit(INTERRUPTED);
        if (run.status !== 'done') {
          process.stderr.write(`swaplab: the run failed: ${run.error ?? run.status}\n`);
          throw new Exit(FAILED);
        }
      });
    });
}

/** A run as one JSON document: everything about it, and its result beside it. */
export function document({ result, ...run }: RunRecord) {
  return { run, result };
}

async function follow(lab: Lab, request: Parameters<Lab['startRun']>[0]): Promise<RunRecord> {
  const progress = new Progress('run');
  const ended = Promise.withResolvers<void>();
  let id: number | undefined;
  let cancelled = false;
  const stopListening = lab.on({
    runChanged: (run) => {
      if (run.id === id && ENDED.includes(run.status)) ended.resolve();
    },
    runProgress: ({ progress: p }) =>
      progress.update(p.fraction, () => {
        const rate = tenths(p.accessesPerSecond / 1e6);
        return `${time(p.simulatedNs)} simulated, ${rate} M accesses/s`;
      }),
  });
  const cancel = () => {
    cancelled = true;
    if (id !== undefined) lab.cancelRun(id).catch(() => ended.resolve());
  };
  // Once: a second Ctrl-C ends the process at once, as it would without a handler.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, cancel);
  try {
    ({ id } = await lab.startRun(request));
    if (cancelled) cancel();
    if (!ENDED.includes((await lab.getRun(id)).status)) await ended.promise;
    return await lab.getRun(id);
  } finally {
    progress.end();
    stopListening();
    for (const signal of signals) process.off(signal, cancel);
  }
}
