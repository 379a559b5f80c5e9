/** What stands below the meaning of a metric: its unit, who counts it, which way is better. */
import type { Metric } from '../../main/lab/contract.ts';

const BETTER: Record<Metric['better'], string> = {
  higher: 'More is better.',
  lower: 'Less is better.',
  neither: 'Neither way is better.',
};

export const metricDetail = ({ unit, counted, better }: Metric): string =>
  `Unit: ${unit}. Counted by ${counted}. ${BETTER[better]}`;
