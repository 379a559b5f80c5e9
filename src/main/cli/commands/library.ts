/** `swaplab runs`, `show`, `delete` and `restore`: the runs that were kept. */
import { Option, type Command } from 'commander';
import type { RunQuery, RunStatus, RunSummary } from '../../lab/contract.ts';
import {
  integer,
  runId,
  runIds,
  withDatabase,
  type DatabaseOption,
  type JsonOption,
} from '../options.ts';
import { moment, time, wall, whole } from '../output/figures.ts';
import { describeRun } from '../output/report.ts';
import { plain, table } from '../output/table.ts';
import { json, print } from '../output/write.ts';
import { withLab } from '../session.ts';
import { document } from './run.ts';

type Options = DatabaseOption & JsonOption;

interface ListOptions extends Options {
  search?: string;
  status?: RunStatus;
  tag?: string;
  sort: NonNullable<RunQuery['sort']>;
  reverse?: boolean;
  limit: number;
  deleted?: boolean;
}

const STATUSES = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'];
const SORTS = ['createdAt', 'name', 'status', 'wallMs', 'throughput', 'pgmajfault', 'faultP99Ns'];

export function addLibrary(program: Command): void {
  withDatabase(
    program
      .command('runs')
      .description('List the runs that were kept, the newest first')
      .option('--search <words>', 'only runs with all these words in name, tags or note')
      .addOption(new Option('--status <status>', 'only runs with this status').choices(STATUSES))
      .option('--tag <tag>', 'only runs with this tag')
      .addOption(
        new Option('--sort <field>', 'what to sort by').choices(SORTS).default('createdAt'),
      )
      .option('--reverse', 'sort the other way round')
      .option('--limit <n>', 'at most so many', integer(1, 1000), 50)
      .option('--deleted', 'list deleted runs that can still be restored'),
  ).action(async ({ reverse, search, status, tag, sort, limit, deleted, ...rest }: ListOptions) => {
    // Names read best from A to Z; of all else the newest or the largest comes first.
    const descending = (sort !== 'name' && sort !== 'status') !== Boolean(reverse);
    const query: RunQuery = {
      sort,
      limit,
      descending,
      ...(search === undefined ? {} : { search }),
      ...(status === undefined ? {} : { status: [status] }),
      ...(tag === undefined ? {} : { tag }),
      ...(deleted ? { deleted } : {}),
    };
    const page = await withLab({ ...rest, mustExist: true }, (lab) => lab.listRuns(query));
    if (rest.json) return json(page);
    if (page.total === 0) return print('There are no runs here.\n');
    print(listOf(page.runs));
    if (page.total > page.runs.length) print(`${page.runs.length} of ${page.total} runs.\n`);
  });

  withDatabase(
    program
      .command('show')
      .description('Show one run: its totals, latencies, flows and events')
      .argument('<id>', 'number of the run', runId),
  ).action(async (id: number, options: Options) => {
    const run = await withLab({ ...options, mustExist: true }, (lab) => lab.getRun(id));
    if (options.json) json(document(run));
    else print(describeRun(run));
  });

  withDatabase(
    program
      .command('delete')
      .description('Delete runs; for 30 days `swaplab restore` can take that back')
      .argument('<id...>', 'numbers of the runs', runIds),
  ).action(async (ids: number[], options: Options) => {
    await withLab({ ...options, mustExist: true }, (lab) => lab.deleteRuns(ids));
    if (options.json) json({ deleted: ids });
    else print(`Deleted ${listIds(ids)}; \`swaplab restore\` takes that back.\n`);
  });

  withDatabase(
    program
      .command('restore')
      .description('Take the deletion of runs back')
      .argument('<id...>', 'numbers of the runs', runIds),
  ).action(async (ids: number[], options: Options) => {
    await withLab({ ...options, mustExist: true }, (lab) => lab.restoreRuns(ids));
    if (options.json) json({ restored: ids });
    else print(`Restored ${listIds(ids)}.\n`);
  });
}

const listIds = (ids: number[]) => `${ids.length === 1 ? 'run' : 'runs'} ${ids.join(', ')}`;

function listOf(runs: RunSummary[]): string {
  const rows = runs.map((run) => [
    String(run.id),
    plain(run.name),
    run.status,
    moment(run.createdAt),
    wall(run.wallMs),
    run.accesses === null ? '-' : whole(run.accesses),
    run.headline ? `${whole(run.headline.throughput)}/s` : '-',
    run.headline ? whole(run.headline.pgmajfault) : '-',
    run.headline ? time(Math.round(run.headline.faultP99Ns)) : '-',
    run.tags.map(plain).join(', '),
  ]);
  const header = [
    'Id',
    'Name',
    'Status',
    'Made',
    'Wall time',
    'Accesses',
    'Throughput',
    'pgmajfault',
    'Fault p99',
    'Tags',
  ];
  const right = 'right' as const;
  return table(header, rows, [right, 'left', 'left', 'left', right, right, right, right, right]);
}
