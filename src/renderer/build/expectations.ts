/** What can be said of a run before it is made: how much is asked of RAM, and what stands out. */
import {
  RESERVED_SWAP,
  VIRTUAL_SWAP,
  eachCgroup,
  formatSize,
  formatTime,
  pageBytes,
  workloadPages,
  type Scenario,
} from '../../engine/scenario/index.ts';

export interface Expectation {
  label: string;
  value: string;
  note: string;
}

export interface Advice {
  text: string;
  /** A setting that would answer it. */
  fix?: { label: string; path: readonly (string | number)[]; value: unknown };
}

export interface Expectations {
  figures: Expectation[];
  advice: Advice[];
}

/** `tracePages` tells the pages of a trace by its file, where they are known. */
export function expect(
  scenario: Scenario,
  tracePages: (file: string) => number | undefined,
): Expectations {
  const page = pageBytes(scenario);
  const ram = scenario.machine.memory - scenario.machine.kernelMemory;
  let pages = 0;
  let unknown = 0;
  eachCgroup(scenario.cgroups, (cgroup) => {
    for (const workload of cgroup.workloads) {
      const count = workload.trace
        ? tracePages(workload.trace.file)
        : workloadPages(workload, page);
      if (count === undefined) unknown++;
      else pages += count;
    }
  });
  const asked = pages * page;
  const swap = Object.values(scenario.tiers).reduce((sum, tier) => sum + tier.size, 0);
  const beyond = Math.max(0, asked - ram);
  const more =
    unknown === 0 ? '' : ` and ${unknown} trace${unknown > 1 ? 's' : ''} of unknown size`;

  const figures: Expectation[] = [
    {
      label: 'Asked of RAM',
      value: `${(asked / ram).toFixed(2)} ×`,
      note: `${formatSize(asked, 1)} of pages${more} on ${formatSize(ram, 1)}`,
    },
    { label: 'Swap', value: formatSize(swap, 1), note: swapNote(scenario) },
    metadata(scenario, Math.min(beyond, swap || beyond) / page, page),
    {
      label: 'Ends',
      value: endOf(scenario),
      note: `sampled every ${formatTime(scenario.run.sampleEvery)}`,
    },
  ];
  return { figures, advice: adviceFor(scenario, beyond, swap) };
}

function swapNote(scenario: Scenario): string {
  const count = Object.keys(scenario.tiers).length;
  const tiers = count === 1 ? '1 tier' : `${count} tiers`;
  return `${tiers}${scenario.kernel.zswap.enabled ? ' behind zswap' : ''}`;
}

function endOf(scenario: Scenario): string {
  const { duration, accesses } = scenario.run;
  if (duration !== undefined) return `after ${formatTime(duration)}`;
  if (accesses !== undefined) return `after ${accesses.toLocaleString('en')} accesses`;
  return 'with its workloads';
}

/** Bytes that the swap space keeps once `swapped` pages are out of RAM, by the design's own figures. */
function metadata(scenario: Scenario, swapped: number, page: number): Expectation {
  const slots = Object.values(scenario.tiers).reduce((sum, tier) => sum + tier.size / page, 0);
  const { swapSpace, virtualSwap } = scenario.kernel;
  const preset = VIRTUAL_SWAP[virtualSwap.preset];
  const perPage =
    swapSpace === 'virtual'
      ? (virtualSwap.descriptorBytes ?? preset.descriptorBytes)
      : RESERVED_SWAP.perUsedSlotBytes;
  const perSlot =
    swapSpace === 'virtual'
      ? (virtualSwap.perSlotBytes ?? preset.perSlotBytes)
      : RESERVED_SWAP.perSlotBytes;
  return {
    label: 'Swap metadata',
    value: `≈ ${formatSize(swapped * perPage + slots * perSlot, 1)}`,
    note: `${swapSpace}: ${perPage} B a page out, ${perSlot} B a slot`,
  };
}

function adviceFor(scenario: Scenario, beyond: number, swap: number): Advice[] {
  const advice: Advice[] = [];
  if (beyond > swap) {
    advice.push({
      text: `The pages exceed RAM and swap by ${formatSize(beyond - swap, 1)}: expect OOM kills once all of them are touched.`,
    });
  }
  const { zswap, pageCluster } = scenario.kernel;
  if (zswap.enabled && Object.keys(scenario.tiers).length === 0) {
    advice.push({ text: 'zswap is on, but without a tier there is no swap and it stays empty.' });
  } else if (zswap.enabled && pageCluster > 0) {
    advice.push({
      text: `Readahead is up to ${2 ** pageCluster} pages and zswap is in front: a fault may decompress neighbours that nobody asked for.`,
      fix: { label: 'Set page-cluster to 0', path: ['kernel', 'pageCluster'], value: 0 },
    });
  }
  return advice;
}
