/** `swaplab compare`: lays runs side by side. */
import type { Command } from 'commander';
import type { Comparison, MetricComparison } from '../../lab/contract.ts';
import { runId, runIds, withDatabase, type DatabaseOption, type JsonOption } from '../options.ts';
import { figure, tenths } from '../output/figures.ts';
import { shortScope } from '../output/report.ts';
import { plain, table, type Align } from '../output/table.ts';
import { json, print } from '../output/write.ts';
import { withLab } from '../session.ts';

interface CompareOptions extends DatabaseOption, JsonOption {
  baseline?: number;
  all?: boolean;
}

export function addCompare(program: Command): void {
  withDatabase(
    program
      .command('compare')
      .description('Lay two or more runs side by side')
      .argument('<id...>', 'numbers of the runs', runIds)
      .option(
        '--baseline <id>',
        'run that the others are measured against (default: the first)',
        runId,
      )
      .option('--all', 'also figures that are the same in all runs'),
  )
    .addHelpText(
      'after',
      `
Beside a figure stands the difference from the baseline in percent; ! marks a change for the worse,
+ one for the better, where a figure has a better side. Where a run has replicates, which differ from
it in the seed alone, its figures are their means; ~ marks a difference whose 95 % interval holds 0.`,
    )
    .action(async (ids: number[], { baseline, all, ...options }: CompareOptions) => {
      const comparison = await withLab({ ...options, mustExist: true }, (lab) =>
        lab.compareRuns(ids, baseline),
      );
      if (options.json) json(comparison);
      else print(describe(comparison, Boolean(all)));
    });
}

function describe(comparison: Comparison, all: boolean): string {
  const { runs, replicates, settings, metrics, warnings } = comparison;
  const heads = runs.map((run, i) => `${run.id}${i === comparison.baseline ? ' (baseline)' : ''}`);
  const names = runs.map((run, i) => {
    const seeds = replicates[i]?.length ?? 1;
    return [
      String(run.id),
      plain(run.name),
      run.status,
      seeds > 1 ? `mean of ${seeds}` : String(run.seed),
    ];
  });
  const parts = [table(['Id', 'Name', 'Status', 'Seed'], names, ['right'])];
  if (warnings.length > 0) parts.push(warnings.map((warning) => `Note: ${warning}\n`).join(''));
  parts.push(
    settings.length === 0
      ? 'The settings are the same.\n'
      : table(
          ['Setting', ...heads],
          settings.map(({ path, values }) => [path, ...values.map(setting)]),
        ),
  );
  for (const scope of new Set(metrics.map((metric) => metric.scope))) {
    const rows = metrics
      .filter((metric) => metric.scope === scope && (all || differs(metric)))
      .map((metric) => rowOf(metric, comparison.baseline));
    if (rows.length === 0) continue;
    const align: Align[] = ['left', ...heads.map((): Align => 'right')];
    parts.push(table([shortScope(scope), ...heads], rows, align));
  }
  return parts.join('\n');
}

const setting = (value: unknown) =>
  value === null ? '-' : plain(typeof value === 'string' ? value : JSON.stringify(value));

const differs = ({ values }: MetricComparison) => new Set(values).size > 1;

function rowOf(metric: MetricComparison, baseline: number): string[] {
  const cells = metric.values.map((value, i) => {
    const text = figure(metric.metric, value);
    if (i === baseline) return text;
    const change = metric.deltaPercent[i];
    const mark = { better: ' +', worse: ' !', unclear: ' ~', same: '', neutral: '' }[
      metric.verdict[i] ?? 'neutral'
    ];
    if (change === null || change === undefined) return text + mark;
    return `${text} (${change > 0 ? '+' : ''}${tenths(change)} %)${mark}`;
  });
  return [metric.metric, ...cells];
}
