/** What can be said of a run before it is made: how much is asked of RAM, what swap keeps, how long it takes. */
import {
  RESERVED_SWAP,
  REVERSE_MAP_BYTES,
  VIRTUAL_SWAP,
  ZSWAP_ENTRY_BYTES,
  formatSize,
  formatTime,
  type Scenario,
} from '../../engine/scenario/index.ts';
import { formatShort } from '../format/numbers.ts';
import { formatWall } from '../format/time.ts';
import type { Demand } from './advice/demand.ts';
import type { Forecast } from './forecast/forecast.ts';
import { workMs, type Pace } from './forecast/speed.ts';

export interface Figure {
  label: string;
  value: string;
  note: string;
}

export const estimate = (demand: Demand, forecast: Forecast, pace: Pace): Figure[] => [
  asked(demand, forecast),
  swapOf(demand, forecast),
  metadata(demand, forecast),
  accessesOf(demand, forecast),
  timeOf(forecast, pace),
];

function asked({ anonymous, files, ram, unknownTraces }: Demand, { peak }: Forecast): Figure {
  const all = anonymous + files;
  const more =
    unknownTraces === 0
      ? ''
      : ` and ${unknownTraces} trace${unknownTraces > 1 ? 's' : ''} of unknown size`;
  const ofFiles = files === 0 ? '' : `, ${formatSize(files, 1)} of them of files,`;
  // Not all are there at the same time, or touched at all.
  const atOnce = peak < 0.95 * all ? `at most ${formatSize(peak, 1)} at once of ` : '';
  return {
    label: 'Asked of RAM',
    value: `${(peak / ram).toFixed(2)} ×`,
    note: `${atOnce}${formatSize(all, 1)} of pages${ofFiles}${more} on ${formatSize(ram, 1)}`,
  };
}

function swapOf({ scenario, swap, ram }: Demand, { out, pushed }: Forecast): Figure {
  const count = Object.keys(scenario.tiers).length;
  const tiers = count === 1 ? '1 tier' : `${count} tiers`;
  const behind = scenario.kernel.zswap.enabled ? ' behind zswap' : '';
  const used = `${pushed ? 'at least' : 'about'} ${formatSize(out, 1)} of pages out`;
  return {
    label: 'Swap',
    value: formatSize(swap, 1),
    note: `${tiers}${behind}, ${(swap / ram).toFixed(1)} × RAM; ${used}`,
  };
}

/** What the swap space keeps for a slot, for a page out, and more for one on a device or in zswap, bytes. */
function sizesOf({ kernel }: Scenario) {
  const { swapSpace, virtualSwap } = kernel;
  if (swapSpace !== 'virtual') {
    const { perSlotBytes, perUsedSlotBytes, perZswapPageBytes } = RESERVED_SWAP;
    return {
      slot: perSlotBytes,
      page: perUsedSlotBytes,
      onDevice: 0,
      inZswap: perZswapPageBytes + ZSWAP_ENTRY_BYTES,
    };
  }
  const preset = VIRTUAL_SWAP[virtualSwap.preset];
  const back = virtualSwap.reverseMapBytes ?? preset.reverseMapBytes;
  const hasMap = virtualSwap.reverseMap ?? back > 0;
  return {
    slot: virtualSwap.perSlotBytes ?? preset.perSlotBytes,
    page: virtualSwap.descriptorBytes ?? preset.descriptorBytes,
    onDevice: hasMap ? back || REVERSE_MAP_BYTES : 0,
    inZswap: ZSWAP_ENTRY_BYTES,
  };
}

/** Bytes that the swap space keeps when most pages are out of RAM. */
export function metadataBytes(
  { scenario, ram, swap, page }: Demand,
  { out, pooled }: Forecast,
): number {
  const { slot, page: each, onDevice, inZswap } = sizesOf(scenario);
  const { zswap, swapSpace } = scenario.kernel;
  const most = swapSpace === 'virtual' && zswap.enabled ? swap + ram : swap;
  const pages = Math.min(out, most) / page;
  const stored = Math.min(pooled / page, pages);
  return pages * each + (pages - stored) * onDevice + stored * inZswap + (swap / page) * slot;
}

function metadata(demand: Demand, forecast: Forecast): Figure {
  const { scenario, ram } = demand;
  const { slot, page, onDevice, inZswap } = sizesOf(scenario);
  const bytes = metadataBytes(demand, forecast);
  const parts = [
    `${slot} B a slot`,
    `${page} B a page out`,
    onDevice > 0 && `${onDevice} B more on a device`,
    scenario.kernel.zswap.enabled && `${inZswap} B more in zswap`,
  ].filter(Boolean);
  return {
    label: 'Swap metadata',
    value: `${forecast.pushed ? '≥' : '≈'} ${formatSize(bytes, 1)}`,
    note: `${scenario.kernel.swapSpace}: ${parts.join(', ')}; ${percent(bytes / ram)} of RAM`,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;

function accessesOf(demand: Demand, { accesses }: Forecast): Figure {
  const { duration, accesses: bound, sampleEvery } = demand.scenario.run;
  const ends =
    duration !== undefined
      ? `ends after ${formatTime(duration)}`
      : bound !== undefined
        ? `ends after ${bound.toLocaleString('en')} accesses`
        : 'ends with its workloads';
  return {
    label: 'Accesses',
    value:
      accesses === Infinity
        ? 'unknown'
        : `${duration === undefined ? '' : '≈ '}${formatShort(accesses)}`,
    note: `${ends}, sampled every ${formatTime(sampleEvery)}`,
  };
}

/** What is forecast of a run is within this factor of what it does, four times in five (docs/performance.md). */
const FORECAST_FACTOR = 2;

function timeOf({ accesses, firstTouches, refaults, pushed }: Forecast, pace: Pace): Figure {
  const label = 'Time to run';
  if (accesses === Infinity) return { label, value: 'unknown', note: 'a trace is not known here' };
  const ms = workMs({ accesses, firstTouches, majorFaults: refaults });
  // Two doubts that know nothing of each other: what the run does, and how fast this machine is.
  const off = (ratio: number) => Math.exp(Math.hypot(Math.log(FORECAST_FACTOR), Math.log(ratio)));
  const least = (ms * pace.middle) / off(pace.middle / pace.least);
  const most = ms * pace.middle * off(pace.most / pace.middle);
  const faults = firstTouches + refaults;
  const basis =
    pace.runs === 0
      ? 'at the rates of the benchmark, as no run was made here yet'
      : `based on the last ${pace.runs === 1 ? 'run' : `${pace.runs} runs`} here`;
  const likely = pushed
    ? 'more where actions and controllers push pages out'
    : `likely ${formatWall(least)} to ${formatWall(most)}`;
  return {
    label,
    value: `${pushed ? '≥' : '≈'} ${formatWall(ms * pace.middle)}`,
    note: `estimate, ${likely}; about ${formatShort(faults)} faults, ${formatShort(refaults)} of them major, ${basis}`,
  };
}
