/** What a group of runs asks for and how it stands, in words and figures. */
import { flatten, parsePath, parseValue } from '../../engine/scenario/index.ts';
import type { Scenario } from '../../engine/scenario/index.ts';
import type { RunStatus, RunSummary, SweepAxis } from '../../main/lab/contract.ts';
import { isGoing } from './liveRuns.svelte.ts';

/** One setting as it stands in the form: a path and values separated by commas. */
export interface AxisText {
  path: string;
  values: string;
}

/** The axes that a form asks for; a row without a path is none. */
export function axesOf(rows: readonly AxisText[]): SweepAxis[] {
  return rows
    .filter(({ path }) => path.trim() !== '')
    .map(({ path, values }) => ({ path: path.trim(), values: valuesOf(values) }));
}

/** `10, 20, 40` or `256MiB, 1GiB`: each as JSON where it is JSON, otherwise as text. */
export const valuesOf = (text: string): unknown[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseValue);

/** So many seeds in a row, beginning with the scenario's own. */
export const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (first + i) % 2 ** 32);

/** What is still missing in the form; empty when it can be started. */
export function problemOf(axes: readonly SweepAxis[], seeds: readonly number[]): string {
  for (const { path, values } of axes) {
    if (!parsePath(path)) return `“${path}” is not the path of a setting.`;
    if (values.length === 0) return `Which values should ${path} take?`;
  }
  if (axes.length === 2 && axes[0]?.path === axes[1]?.path) return 'Choose two different settings.';
  if (axes.length === 0 && seeds.length < 2) return 'Vary a setting, or ask for several seeds.';
  return '';
}

const TEXTS = new Set(['version', 'name', 'description', 'run.seed']);

/** Paths that can be varied, of a complete scenario. It has sizes as an object, a file as one value. */
export const pathsOf = (complete: Scenario): string[] =>
  [...flatten(complete).keys()]
    .filter((path) => !TEXTS.has(path))
    .map((path) => path.replace(/\bpages\.(pages|bytes)$/, 'pages'));

export const showValue = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** `12 done, 3 running, 9 queued`, the going ones first. */
export function describeCounts(runs: readonly RunSummary[]): string {
  const order: RunStatus[] = [
    'running',
    'paused',
    'queued',
    'done',
    'failed',
    'cancelled',
    'interrupted',
  ];
  return order
    .map((status) => ({ status, count: runs.filter((run) => run.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`)
    .join(', ');
}

/** How much of the group is behind it, 0 to 1; what has ended is. */
export function fractionOf(runs: readonly RunSummary[]): number {
  const done = runs.reduce(
    (sum, run) => sum + (isGoing(run) ? (run.progress?.fraction ?? 0) : 1),
    0,
  );
  return runs.length === 0 ? 0 : done / runs.length;
}

/**
 * What is left, ms, with so many at once: a run that goes on says so itself, one that waits takes what those that
 * are done took; null before one has ended.
 */
export function etaOf(runs: readonly RunSummary[], atOnce: number): number | null {
  const ended = runs.filter(({ status, wallMs }) => status === 'done' && wallMs !== null);
  if (ended.length === 0) return null;
  const each = ended.reduce((sum, { wallMs }) => sum + (wallMs ?? 0), 0) / ended.length;
  const left = runs.filter(isGoing).map(({ progress }) => progress?.etaMs ?? each);
  const all = left.reduce((sum, ms) => sum + ms, 0);
  return Math.max(all / Math.max(1, atOnce), ...left);
}

/** The runs at one point of the grid, one for each seed. */
export const runsAt = (runs: readonly RunSummary[], at: readonly number[]): RunSummary[] =>
  runs.filter(({ group }) => group?.at.every((index, axis) => index === at[axis]) ?? false);
