/** `swaplab life`: what happened to one page of a scenario, with times and reasons. */
import type { Command } from 'commander';
import { checkScenario } from '../../../engine/scenario/index.ts';
import { invalid } from '../../lab/errors.ts';
import { pageLife } from '../../lab/pageLife.ts';
import { findResources, Resources } from '../../lab/resources.ts';
import { findTraces } from '../../lab/traceFiles.ts';
import type { PageQuestion } from '../../lab/workerMessages.ts';
import { readScenario } from '../input.ts';
import { collect, integer, jsonOption, type JsonOption } from '../options.ts';
import { time, whole } from '../output/figures.ts';
import { Progress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import { json, print } from '../output/write.ts';
import { stopOnSignal } from '../signals.ts';

interface LifeOptions extends JsonOption {
  cgroup?: string;
  workload?: string;
  page?: number;
  set?: string[];
}

export function addLife(program: Command): void {
  program
    .command('life')
    .description('Tell what happened to one page: moves, faults, refaults, what reclaim decided')
    .argument('<scenario>', 'scenario file in JSON, or - for standard input')
    .option('--cgroup <path>', 'cgroup of the page')
    .option('--workload <name>', 'workload of the page')
    .option('--page <n>', 'its number in the workload, from 0', integer(0, 2 ** 31))
    .option('--set <path=value>', 'change a setting first; may be given again', collect)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Without a page: the one with the most major faults of those that a device alone holds at the end,
a page that ended on a slow tier while it was hot. The run takes the same course as without being
watched; nothing is saved.

Examples:
  swaplab life resources/studies/first-run.json
  swaplab life web.json --cgroup web --workload nginx --page 4711 --json`,
    )
    .action(async (file: string, options: LifeOptions) => {
      const question = questionOf(options);
      const source = await readScenario(file, options.set);
      const checked = checkScenario(source.scenario);
      if (!checked.ok) throw invalid('The scenario cannot be run as it is.', checked.issues);
      const traces = findTraces(checked.scenario, [
        source.baseDir,
        new Resources(findResources()).studies,
      ]);
      const progress = new Progress('life');
      const life = await pageLife({
        scenario: checked.scenario,
        traces,
        question,
        signal: stopOnSignal(),
        onProgress: ({ fraction, simulatedNs }) =>
          progress.update(fraction, () => `${time(simulatedNs)} simulated`),
      }).finally(() => progress.end());
      if (options.json) return json(life);
      if (life.page === null) {
        return print('No page that faulted is held by a device alone at the end.');
      }
      const { cgroup, workload, page } = life.page;
      print(`Page ${whole(page)} of ${workload} in ${cgroup}`);
      print(
        table(
          ['Time', 'What', ''],
          life.events.map(({ timeNs, kind, says }) => [time(Math.round(timeNs)), kind, says]),
          ['right', 'left', 'left'],
        ),
      );
      if (life.truncated) print(`Only the first ${whole(life.events.length)} events were kept.`);
    });
}

function questionOf({ cgroup, workload, page }: LifeOptions): PageQuestion {
  if (cgroup === undefined && workload === undefined && page === undefined) {
    return 'hottest-on-device';
  }
  if (cgroup === undefined || workload === undefined || page === undefined) {
    throw invalid(
      'A page is not named in full; accepted: --cgroup, --workload and --page, or none.',
    );
  }
  return { cgroup, workload, page };
}
