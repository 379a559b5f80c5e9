/** Cells of a study's table as people read them, and its rows as lines and bars. */
import type { ChartPlan, Column, ColumnUnit, Row } from '../../main/lab/contract.ts';
import type { BarGroup } from '../charts/bars.ts';
import type { Line } from '../charts/chart.ts';
import { formatMetric } from '../format/numbers.ts';

export function formatCell(value: Row[string] | undefined, unit: ColumnUnit): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (unit === 'ratio') return value.toFixed(2);
  // As many digits in each row, so that a column can be read down.
  if (unit === 'percent') return `${value.toFixed(value !== 0 && value < 10 ? 2 : 1)} %`;
  return unit === 'text' ? String(value) : formatMetric(value, unit);
}

/** The same for a label of an axis, whose digits are few already. */
export const formatTick = (value: number, unit: ColumnUnit): string =>
  unit === 'percent' || unit === 'bytes'
    ? formatMetric(value, unit).replace('.0 ', ' ')
    : formatCell(value, unit);

const TONES = 6;
const toneOf = (index: number) => `run-${(index % TONES) + 1}`;

/** The rows that a chart is about. */
const rowsOf = (plan: ChartPlan, rows: readonly Row[]): readonly Row[] =>
  rows.filter((row) => Object.entries(plan.where ?? {}).every(([key, v]) => row[key] === v));

const titleOf = (columns: readonly Column[], key: string) =>
  columns.find((column) => column.key === key)?.title ?? key;

/** One line for each series of the chart; colour tells them apart, dashes every second. */
export function linesOf(plan: ChartPlan, columns: readonly Column[], rows: readonly Row[]): Line[] {
  const own = rowsOf(plan, rows);
  const { by } = plan;
  const groups = by === undefined ? [null] : [...new Set(own.map((row) => row[by]))];
  const series = groups.flatMap((group) => plan.y.map((key) => ({ group, key })));
  return series.map(({ group, key }, index) => {
    const points = own
      .filter((row) => by === undefined || row[by] === group)
      .map((row) => [row[plan.x], row[key]])
      .filter((point): point is [number, number] => point.every((v) => typeof v === 'number'))
      .sort((a, b) => a[0] - b[0]);
    const title = titleOf(columns, key);
    const label =
      group === null || group === undefined
        ? title
        : plan.y.length > 1
          ? `${group}, ${title}`
          : String(group);
    return {
      label,
      tone: toneOf(index),
      dashed: index % 2 === 1,
      x: points.map(([x]) => x),
      y: points.map(([, y]) => y),
    };
  });
}

export function barsOf(
  plan: ChartPlan,
  columns: readonly Column[],
  rows: readonly Row[],
): { labels: string[]; groups: BarGroup[] } {
  const own = rowsOf(plan, rows);
  return {
    labels: own.map((row) => String(row[plan.x])),
    groups: plan.y.map((key, index) => ({
      label: titleOf(columns, key),
      tone: toneOf(index),
      values: own.map((row) => (typeof row[key] === 'number' ? row[key] : null)),
    })),
  };
}
