/** Where the pages are over time: layers from RAM down to the last tier. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { tierTone, type Tone } from '../build/tierLook.ts';
import { column, namesOf, type SeriesSet } from './series.ts';

export interface Layer {
  label: string;
  tone: Tone | 'mute';
  values: number[];
}

/** Pages in RAM, in zswap, on each tier, and those that are kept as a mark because they are zeros. */
export function residency(set: SeriesSet, scenario: ScenarioInput): Layer[] {
  const layers: Layer[] = [];
  const add = (label: string, tone: Layer['tone'], values: readonly number[] | undefined) => {
    if (values?.some((value) => value > 0)) layers.push({ label, tone, values: [...values] });
  };
  add('RAM', 'ram', column(set, 'machine', 'resident'));
  add('zswap', 'zswap', column(set, 'tier:zswap', 'zswap_stored'));
  for (const name of namesOf(set, 'tier')) {
    add(name, tierTone(scenario.tiers?.[name]), column(set, `tier:${name}`, 'held'));
  }
  add('zero pages', 'mute', column(set, 'machine', 'zero_pages'));
  return layers;
}
