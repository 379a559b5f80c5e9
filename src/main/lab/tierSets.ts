/** Saved sets of tiers as this release reads them: at first they held the tiers and nothing else. */
import type { Saved, TierConfiguration } from './contract.ts';

/** A set of the first form is the tiers by their names, of which none can be a number. */
const isFirstForm = (value: TierConfiguration): boolean => typeof value.format !== 'number';

export function asTierSet(saved: Saved<TierConfiguration>): Saved<TierConfiguration> {
  const { value } = saved;
  if (!isFirstForm(value)) return saved;
  return { ...saved, value: { format: 2, tiers: value as unknown as TierConfiguration['tiers'] } };
}
