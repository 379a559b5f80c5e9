/** Where the pages are over time: layers from RAM down to the last tier. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { tierTone, type Tone } from '../build/tierLook.ts';
import type { ColumnName } from '../../main/lab/contract.ts';
import { column, type SeriesSet } from './series.ts';

export interface Layer {
  label: string;
  tone: Tone | 'mute';
  values: number[];
}

/** The columns that say where pages are, from RAM down to the last tier, then those kept as a mark of zeros. */
export function residencyColumns(
  names: readonly ColumnName[],
  scenario: ScenarioInput,
): (ColumnName & Pick<Layer, 'label' | 'tone'>)[] {
  const tiers = names.flatMap(({ scope, metric }) => {
    if (!scope.startsWith('tier:') || metric !== 'held') return [];
    const label = scope.slice('tier:'.length);
    return [{ scope, metric, label, tone: tierTone(scenario.tiers?.[label]) }];
  });
  return [
    { scope: 'machine', metric: 'resident', label: 'RAM', tone: 'ram' },
    { scope: 'tier:zswap', metric: 'zswap_stored', label: 'zswap', tone: 'zswap' },
    ...tiers,
    { scope: 'machine', metric: 'zero_pages', label: 'zero pages', tone: 'mute' },
  ];
}

/** The layers that hold a page at some time. */
export const residency = (set: SeriesSet, scenario: ScenarioInput): Layer[] =>
  residencyColumns(set.columns, scenario).flatMap(({ scope, metric, label, tone }) => {
    const values = column(set, scope, metric);
    return values?.some((value) => value > 0) ? [{ label, tone, values: [...values] }] : [];
  });
