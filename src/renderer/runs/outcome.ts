/** Which of two runs did better, in the figures that a person asks for first. */
import type { Comparison, Metric, RunSummary } from '../../main/lab/contract.ts';
import type { Verdict } from '../compare/verdict.ts';
import { formatMetric, formatPercentDelta } from '../format/numbers.ts';

export interface OutcomeFigure {
  metric: string;
  label: string;
  before: string;
  after: string;
  /** `−12.3 %`; empty where the run before had none of it. */
  change: string;
  verdict: Verdict;
}

const LABELS: Record<string, string> = {
  throughput: 'throughput',
  pgmajfault: 'major faults',
  'fault_latency p99': 'fault p99',
  oom_kill: 'OOM kills',
};

/** The newest run that is done, was made before this one, and is of the same scenario. */
export function runBefore(run: RunSummary, others: readonly RunSummary[]): RunSummary | undefined {
  return others
    .filter(
      ({ id, scenarioName, status, digest }) =>
        id < run.id &&
        status === 'done' &&
        scenarioName === run.scenarioName &&
        digest !== run.digest,
    )
    .sort((a, b) => b.id - a.id)[0];
}

/** The figures of the second run of a comparison against the first. */
export function outcomeOf(
  { metrics }: Comparison,
  catalogue: ReadonlyMap<string, Metric>,
): OutcomeFigure[] {
  return Object.entries(LABELS).flatMap(([metric, label]) => {
    const row = metrics.find((each) => each.scope === 'machine' && each.metric === metric);
    const [before, after] = row?.values ?? [];
    if (!row || typeof before !== 'number' || typeof after !== 'number') return [];
    const unit = catalogue.get(metric.split(' ', 1)[0] ?? '')?.unit;
    const percent = row.deltaPercent[1];
    return [
      {
        ...{ metric, label },
        before: formatMetric(before, unit),
        after: formatMetric(after, unit),
        change: typeof percent === 'number' ? formatPercentDelta(percent) : '',
        verdict: row.verdict[1] ?? 'neutral',
      },
    ];
  });
}

export interface Sentence {
  text: string;
  verdict: Verdict;
}

/**
 * `Better than run 1 by 12.3 % in throughput`: by throughput, as nothing else sums a run up. Only a run that
 * killed more is not called better for being faster: what is killed does not hold anybody up.
 */
export function sentenceOf(figures: readonly OutcomeFigure[], before: RunSummary): Sentence {
  const throughput = figures.find(({ metric }) => metric === 'throughput');
  const kills = figures.find(({ metric }) => metric === 'oom_kill');
  if (!throughput || throughput.change === '')
    return { text: `Against run ${before.id}`, verdict: 'neutral' };
  const { verdict, change } = throughput;
  if (verdict !== 'better' && verdict !== 'worse')
    return { text: `As fast as run ${before.id}`, verdict };
  const by = `run ${before.id} by ${change.replace(/^[+−]/, '')} in throughput`;
  if (kills?.verdict === 'worse') {
    const than = verdict === 'better' ? 'Faster' : 'Slower';
    const and = verdict === 'better' ? 'but' : 'and';
    const text = `${than} than ${by}, ${and} with OOM kills: ${kills.after} instead of ${kills.before}`;
    return { text, verdict: verdict === 'better' ? 'unclear' : 'worse' };
  }
  return { text: `${verdict === 'better' ? 'Better' : 'Worse'} than ${by}`, verdict };
}
