/** Samples of a run that goes on, cut to what a window can take ten times a second; the result keeps all. */
import { METRICS } from '../../engine/metrics/catalogue.ts';
import type { Samples } from '../../engine/run.ts';
import type { LiveSamples } from './contract.ts';

const MOST_COLUMNS = 512;
const MOST_SAMPLES = 2000;

/** All others count what happened since the sample before. */
const LEVELS: ReadonlySet<string> = new Set(
  METRICS.filter(({ total }) => total !== 'sum').map(({ name }) => name),
);

/** Neighbours are put together, their counts added up and levels taken at their end. */
export function liveSamples(samples: Samples, most = MOST_SAMPLES): LiveSamples | null {
  const { timeNs } = samples;
  const step = Math.ceil(timeNs.length / most);
  if (step === 0) return null;
  const atEnds = (values: number[]) =>
    values.filter((_, i) => i % step === step - 1 || i === values.length - 1);
  const added = (values: number[]) => {
    const sums: number[] = [];
    for (let from = 0; from < values.length; from += step) {
      sums.push(values.slice(from, from + step).reduce((sum, value) => sum + value, 0));
    }
    return sums;
  };
  const thin = (metric: string, values: number[]) => {
    if (step === 1) return values;
    return LEVELS.has(metric) ? atEnds(values) : added(values);
  };
  return {
    timeNs: step === 1 ? timeNs : atEnds(timeNs),
    columns: samples.columns
      .slice(0, MOST_COLUMNS)
      .map(({ scope, metric, values }) => ({ scope, metric, values: thin(metric, values) })),
  };
}
