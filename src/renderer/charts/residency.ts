/** Where the pages are over time: layers from RAM down to the last tier. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { tierTone, type Tone } from '../build/tierLook.ts';
import { column, namesOf, type SeriesSet } from './series.ts';

export interface Layer {
  label: string;
  tone: Tone;
  values: number[];
}

/**
 * Pages in RAM, in zswap, and on each tier. A slot that only stands behind a compressed or zero
 * page holds no data: it is taken off where the series say so (`slots_idle`). Where they do not and
 * there is a single tier, the pages in zswap are taken off under the `reserved` design, which holds
 * a slot for each of them.
 */
export function residency(set: SeriesSet, scenario: ScenarioInput): Layer[] {
  const layers: Layer[] = [];
  const add = (label: string, tone: Tone, values: readonly number[] | undefined) => {
    if (values?.some((value) => value > 0)) layers.push({ label, tone, values: [...values] });
  };
  const stored = column(set, 'machine', 'zswap_stored');
  add('RAM', 'ram', column(set, 'machine', 'resident'));
  add('zswap', 'zswap', stored);

  const tiers = namesOf(set, 'tier').filter((name) => column(set, `tier:${name}`, 'slots_used'));
  for (const name of tiers) {
    const used = column(set, `tier:${name}`, 'slots_used') ?? [];
    const idle = column(set, `tier:${name}`, 'slots_idle');
    const reserved = (scenario.kernel?.swapSpace ?? 'reserved') === 'reserved';
    const behind = idle ?? (tiers.length === 1 && reserved ? stored : undefined);
    const held = used.map((value, i) => Math.max(0, value - (behind?.[i] ?? 0)));
    add(name, tierTone(scenario.tiers?.[name]), held);
  }
  return layers;
}
