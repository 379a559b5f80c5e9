/** Horizontal bars: a named row for each, so that long names stay readable. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  type ChartConfiguration,
} from 'chart.js';
import { colour } from './colour.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

export interface BarGroup {
  label: string;
  /** Name of a colour of the style sheet. */
  tone: string;
  values: readonly (number | null)[];
}

export function barConfiguration(
  labels: readonly string[],
  groups: readonly BarGroup[],
  format: (value: number) => string,
): ChartConfiguration<'bar', (number | null)[], string> {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 11 };
  return {
    type: 'bar',
    data: {
      labels: [...labels],
      datasets: groups.map(({ label, tone, values }) => ({
        label,
        data: [...values],
        backgroundColor: colour(tone, 0.75),
        borderColor: colour(tone),
        borderWidth: 1,
        maxBarThickness: 14,
      })),
    },
    options: {
      indexAxis: 'y',
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      scales: {
        x: {
          beginAtZero: true,
          border: { color: colour('line') },
          grid: { color: colour('line'), drawTicks: false },
          ticks: {
            color: colour('mute'),
            font,
            maxTicksLimit: 5,
            callback: (value) => format(Number(value)),
          },
        },
        y: {
          border: { display: false },
          grid: { display: false },
          ticks: { color: colour('ink'), font },
        },
      },
    },
  };
}

export { Chart };
