/** Reasons to read a comparison with caution: other engines, other traces, other ends, the same run twice. */
import type { ComparedRun } from './compare.ts';

export function cautionsFor(records: readonly ComparedRun[]): string[] {
  const warnings: string[] = [];
  for (const { id, status, result } of records) {
    if (!result) warnings.push(`Run ${id} is ${status} and has no result, so it has no figures.`);
  }
  const engines = groups(records, ({ engineVersion }) => engineVersion);
  if (engines.length > 1) {
    warnings.push(
      `The runs come from different versions of the engine (${describe(engines)}): a difference may be the engine's.`,
    );
  }
  const traces = groups(
    records.filter(({ result }) => result),
    (record) =>
      record.traces
        .map(({ sha256 }) => sha256)
        .sort()
        .join(),
  );
  if (traces.length > 1) {
    warnings.push(
      `The runs did not replay the same traces (${traces.map(({ ids }) => runList(ids)).join('; ')}): their workloads differ.`,
    );
  }
  const ends = groups(
    records.filter(({ result }) => result),
    ({ result }) => result?.endReason ?? '',
  );
  if (ends.length > 1) {
    warnings.push(
      `The runs ended for different reasons (${describe(ends)}): compare rates and latencies rather than totals.`,
    );
  }
  for (const { key, ids } of groups(records, ({ digest }) => digest ?? '')) {
    if (key !== '' && ids.length > 1) {
      warnings.push(`${runList(ids)} have the same digest: they are the same simulation.`);
    }
  }
  return warnings;
}

interface Group {
  key: string;
  ids: number[];
}

function groups(records: readonly ComparedRun[], keyOf: (record: ComparedRun) => string): Group[] {
  const byKey = new Map<string, number[]>();
  for (const record of records) {
    const key = keyOf(record);
    byKey.set(key, [...(byKey.get(key) ?? []), record.id]);
  }
  return [...byKey].map(([key, ids]) => ({ key, ids }));
}

const describe = (all: Group[]) =>
  all.map(({ key, ids }) => `${key.replaceAll('_', ' ')}: ${runList(ids)}`).join('; ');

function runList(ids: number[]): string {
  const last = ids.at(-1);
  return ids.length === 1 ? `run ${last}` : `runs ${ids.slice(0, -1).join(', ')} and ${last}`;
}
