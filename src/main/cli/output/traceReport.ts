/** A trace and its bounds, described for a person. */
import { formatSize } from '../../../engine/scenario/index.ts';
import type { RunOpt } from '../../lab/contract.ts';
import type { TraceBounds } from '../../lab/traces/bounds/bounds.ts';
import type { TraceDescription } from '../../lab/traces/info.ts';
import { percent, size, tenths, whole } from './figures.ts';
import { facts, plain, table } from './table.ts';

const right = 'right' as const;

export function describeForPeople(trace: TraceDescription): string {
  const rows: [string, string][] = [['Title', plain(trace.title)]];
  if (trace.command !== '') rows.push(['Command', plain(trace.command)]);
  if (trace.made !== '') rows.push(['Made', plain(trace.made)]);
  const page = formatSize(trace.pageBytes);
  rows.push(
    ['Accesses', whole(trace.accesses)],
    [
      'Folded from',
      `${whole(trace.references)} references (${tenths(trace.referencesPerAccess)} each)`,
    ],
    ['Writes', `${whole(trace.writes)} (${percent(trace.writePercent)})`],
    ['Footprint', `${size(trace.footprintBytes)} in ${whole(trace.pages)} pages of ${page}`],
    ['SHA-256', trace.sha256],
  );
  return [
    facts(rows),
    regions(trace),
    table(
      ['Window (accesses)', 'Working set, average', 'Most pages'],
      trace.workingSet.map(({ window, averagePages, mostPages }) => [
        whole(window),
        `${whole(averagePages)} pages, ${size(averagePages * trace.pageBytes)}`,
        whole(mostPages),
      ]),
      [right, right, right],
    ),
    table(
      ['Most used pages', 'Accesses'],
      trace.popularity.map((p) => [percent(p.pagesPercent), percent(p.accessesPercent)]),
      [right, right],
    ),
    reuse(trace),
  ].join('\n');
}

function regions({ regions, pageBytes }: TraceDescription): string {
  const most = 12;
  const shown = regions.slice(0, regions.length > most ? most - 1 : most);
  const rows = shown.map(({ start, pages, address, kind }) => [
    whole(start),
    whole(pages),
    size(pages * pageBytes),
    `0x${(address * pageBytes).toString(16)}`,
    kind,
  ]);
  const left = regions.length - shown.length;
  const more = left > 0 ? `${whole(left)} more areas.\n` : '';
  return (
    table(['First page', 'Pages', 'Size', 'Address', 'Kind'], rows, [right, right, right, right]) +
    more
  );
}

function reuse({ reuse, pageBytes }: TraceDescription): string {
  const line =
    `${percent(reuse.percent)} of accesses are to pages used before; from one use to the next ` +
    `${whole(reuse.intervalP50)} accesses (median), ${whole(reuse.intervalP90)} (90th percentile).\n`;
  const rows = reuse.lru.map(({ memoryPercent, pages, misses, percent: share }) => [
    percent(memoryPercent),
    `${whole(pages)} pages, ${size(pages * pageBytes)}`,
    whole(misses),
    percent(share),
  ]);
  const header = ['Memory', '', 'Refaults under LRU', 'Of all accesses'];
  return line + table(header, rows, [right, right, right, right]);
}

/** Sizes of the curve that are printed: JSON has them all. */
const CURVE_ROWS = 16;

export function boundsForPeople({ accesses, pages, ...bounds }: TraceBounds): string {
  const rows = bounds.frames.map(({ frames, ...misses }) => [
    whole(frames),
    ...[misses.lru, misses.fifo, misses.clock, misses.opt].map(
      (count) => `${whole(count)} (${percent((100 * count) / accesses)})`,
    ),
  ]);
  const sampled = bounds.sampling
    ? `, from ${percent(100 * bounds.sampling.rate)} of the pages (SHARDS)`
    : '';
  const step = Math.ceil(bounds.lruCurve.length / CURVE_ROWS);
  const shown = bounds.lruCurve.filter(
    (_, i) => i % step === step - 1 || i === bounds.lruCurve.length - 1,
  );
  return [
    facts([
      ['Accesses', whole(accesses)],
      ['Pages', whole(pages)],
    ]),
    table(
      ['Frames', 'LRU misses', 'FIFO', 'CLOCK', 'OPT'],
      rows,
      rows[0]?.map(() => right),
    ),
    `Misses of LRU at other sizes${sampled}; --json prints them all.\n` +
      table(
        ['Frames', 'Of all accesses'],
        shown.map(({ frames, missRatio }) => [whole(frames), percent(100 * missRatio)]),
        [right, right],
      ),
  ].join('\n');
}

/** A run beside the bounds, with what the comparison is. */
export function optForPeople(compared: readonly RunOpt[]): string {
  return compared
    .map((each) =>
      facts([
        ['Cgroup', `${plain(each.cgroup)}, workload ${plain(each.workload)}`],
        [
          'Trace',
          `${plain(each.trace)}: ${whole(each.accesses)} accesses, ${whole(each.pages)} pages`,
        ],
        [
          'Frames',
          `${whole(each.frames)}: ${size(each.memoryMax)} less ${size(each.pageTables)} of page tables and ${size(each.zswap)} in zswap on average`,
        ],
        [
          'Major faults',
          `${whole(each.majorFaults)}, and ${whole(each.readAheadHits)} readahead hits`,
        ],
        ['LRU', `${whole(each.lru)} misses after first touches`],
        [
          'OPT',
          `${whole(each.opt)}${each.ratio === null ? '' : `; the run has ${each.ratio.toFixed(2)} times as many`}`,
        ],
      ]),
    )
    .join('\n');
}
