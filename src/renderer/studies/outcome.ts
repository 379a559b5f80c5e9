/** How the outcome of a study reads: in words and a sign, never by colour alone. */
import type { StudySummary, StudyVerdict } from '../../main/lab/contract.ts';

export interface Outcome {
  sign: string;
  tone: 'good' | 'bad' | 'mute';
  text: string;
}

export function outcomeOf(verdict: StudyVerdict | null): Outcome {
  if (!verdict) return { sign: '—', tone: 'mute', text: 'not run yet' };
  const { claims, asRecorded } = verdict;
  const holding = claims.filter(({ found }) => found === 'holds').length;
  const counts = `${holding} of ${claims.length} claims hold`;
  return asRecorded
    ? { sign: '✓', tone: 'good', text: `as recorded: ${counts}` }
    : { sign: '!', tone: 'bad', text: `changed: ${counts}` };
}

export const sizeOf = (study: StudySummary): string =>
  study.scenarios.length === 1 ? '1 run' : `${study.scenarios.length} runs`;
