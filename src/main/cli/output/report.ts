/** One run as text: how it ended, what each part of the machine counted, and how long faults took. */
import type { RunRecord, RunResult, Scope } from '../../lab/contract.ts';
import { METRICS } from '../../../engine/metrics/catalogue.ts';
import { figure, moment, time, wall, whole } from './figures.ts';
import { facts, plain, table } from './table.ts';

const ORDER = new Map(METRICS.map(({ name }, order) => [name, order]));

export function describeRun(run: RunRecord): string {
  const rows: [string, string][] = [
    ['Run', run.id > 0 ? `${run.id}  ${plain(run.name)}` : `${plain(run.name)} (not saved)`],
    ['Status', run.error === null ? run.status : `${run.status}: ${plain(run.error)}`],
  ];
  if (run.tags.length > 0) rows.push(['Tags', run.tags.map(plain).join(', ')]);
  if (run.note !== '') rows.push(['Note', plain(run.note)]);
  rows.push(
    ['Started', moment(run.startedAt)],
    ['Wall time', wall(run.wallMs)],
    ['Simulated time', run.simulatedNs === null ? '-' : time(run.simulatedNs)],
    ['Accesses', run.accesses === null ? '-' : whole(run.accesses)],
    ['Seed', String(run.seed)],
    ['Engine', run.engineVersion],
  );
  for (const { file, sha256 } of run.traces) {
    rows.push(['Trace', `${plain(file)}  sha256 ${sha256.slice(0, 12)}`]);
  }
  if (run.digest !== null) rows.push(['Digest', run.digest]);
  const parts = [facts(rows)];
  if (run.result) parts.push(...describeResult(run.result));
  return parts.join('\n');
}

function describeResult(result: RunResult): string[] {
  const parts: string[] = [];
  const of = (start: string) => result.totals.filter(({ scope }) => scope.startsWith(start));
  parts.push(countersOf('Machine', of('machine')));
  parts.push(countersOf('Cgroup', of('cgroup:')));
  parts.push(countersOf('Tier', of('tier:')));
  parts.push(latencies(result));
  parts.push(flows(result));
  parts.push(events(result));
  return parts.filter((part) => part !== '');
}

/** Counters in rows, scopes in columns; counters that are zero everywhere are left out. */
function countersOf(title: string, totals: RunResult['totals']): string {
  if (totals.length === 0) return '';
  const names = [...new Set(totals.flatMap(({ counters }) => Object.keys(counters)))]
    .filter((name) => totals.some(({ counters }) => counters[name]))
    .sort((a, b) => (ORDER.get(a) ?? Infinity) - (ORDER.get(b) ?? Infinity));
  const heads = totals.map(({ scope }) => shortScope(scope));
  const rows = names.map((name) => [
    name,
    ...totals.map(({ counters }) => figure(name, counters[name])),
  ]);
  const header = title === 'Machine' ? ['Machine', ''] : [title, ...heads];
  return table(header, rows, ['left', ...heads.map(() => 'right' as const)]);
}

export const shortScope = (scope: Scope) => scope.replace(/^(cgroup|tier):/, '');

function latencies({ histograms }: RunResult): string {
  const rows = histograms
    .filter(({ count, scope }) => count > 0 && !scope.startsWith('cgroup:'))
    .map(({ scope, metric, count, sumNs, maxNs, percentilesNs: p }) => [
      servedBy(scope, metric),
      whole(count),
      ...[sumNs / count, p.p50, p.p90, p.p99, p.p999, p.p9999, maxNs].map((ns) =>
        time(Math.round(ns)),
      ),
    ]);
  if (rows.length === 0) return '';
  const header = ['Fault', 'Count', 'Mean', 'p50', 'p90', 'p99', 'p99.9', 'p99.99', 'Max'];
  return table(header, rows, ['left', ...header.slice(1).map(() => 'right' as const)]);
}

/** What served the faults of a histogram: `all`, `minor`, `cache`, `zero`, or the name of a tier; or whose ages it has. */
function servedBy(scope: Scope, metric: string): string {
  if (metric === 'zswap_refault_age') return 'zswap: age at a fault';
  if (metric === 'zswap_writeback_age') return 'zswap: age at writeback';
  if (scope.startsWith('tier:')) return shortScope(scope);
  return metric.replace(/^fault_latency_?/, '') || 'all';
}

function flows({ flows }: RunResult): string {
  if (flows.length === 0) return '';
  const rows = flows.map(({ from, to, pages }) => [from, to, whole(pages)]);
  return table(['From', 'To', 'Pages'], rows, ['left', 'left', 'right']);
}

/** The first and last events: a full list belongs into a file. */
function events({ events }: RunResult): string {
  const most = 12;
  if (events.length === 0) return '';
  const shown = events.length <= most ? events : events.slice(0, most - 1);
  const rows = shown.map(({ timeNs, scope, message }) => [
    time(timeNs),
    shortScope(scope),
    plain(message),
  ]);
  const left = events.length - shown.length;
  if (left > 0) rows.push(['...', '', `${whole(left)} more; --json and export hold them all`]);
  return table(['Time', 'Where', 'Event'], rows, ['right']);
}
