/** What stands out about the kernel's settings and about the run as a whole. */
import { CODECS, COSTS, formatSize, formatTime } from '../../../engine/scenario/index.ts';
import type { Advice, Rule } from './advice.ts';
import { readTime, type Demand } from './demand.ts';

const SWAPPINESS = ['kernel', 'swappiness'] as const;

/** Fewer samples than this draw no curve. */
const LEAST_SAMPLES = 10;

const hasSwap = ({ scenario: { kernel, tiers } }: Demand) =>
  Object.keys(tiers).length > 0 || (kernel.swapSpace === 'virtual' && kernel.zswap.enabled);

const swappinessZero: Rule = (demand) => {
  const { kernel } = demand.scenario;
  if (kernel.swappiness !== 0 || !hasSwap(demand)) return [];
  const zswap = kernel.zswap.enabled;
  return [
    {
      id: 'swappiness-0',
      level: 'warning',
      what: zswap
        ? 'swappiness is 0 and zswap is on: the limit of a cgroup never puts a page into the pool.'
        : 'swappiness is 0: the limit of a cgroup never swaps, and its processes are killed with swap free.',
      why: 'With swappiness 0, reclaim for a cgroup scans page cache alone. Only when the whole machine runs out of RAM, and of page cache, are anonymous pages looked at.',
      source: 'mm/vmscan.c get_scan_count()',
      path: SWAPPINESS,
      fix: { label: 'Back to 60', path: SWAPPINESS, value: undefined },
    },
  ];
};

const noSwap: Rule = (demand) => {
  const { scenario, anonymous, ram } = demand;
  if (hasSwap(demand) || scenario.kernel.zswap.enabled) return [];
  if (Object.keys(scenario.tiers).length > 0 || anonymous <= ram) return [];
  return [
    {
      id: 'no-swap',
      level: 'warning',
      what: `There is no swap, and ${formatSize(anonymous, 1)} of anonymous memory for ${formatSize(ram, 1)} of RAM.`,
      why: 'Without swap, reclaim can only drop page cache. Anonymous memory stays until the OOM killer comes.',
      source: 'mm/vmscan.c can_reclaim_anon_pages()',
      path: ['machine', 'memory'],
    },
  ];
};

/** What a page takes to go out and come back by the fastest way there is, ns; a lower bound. */
function roundTrip({ scenario }: Demand): number {
  const { kernel, machine, tiers } = scenario;
  const preset = COSTS[machine.costs.preset];
  const scale = machine.costs.codecScale ?? preset.codecScale;
  const fault = machine.costs.majorFault ?? preset.majorFault;
  if (kernel.zswap.enabled) {
    const { compress, decompress } = CODECS[kernel.zswap.compressor];
    return fault + (compress + decompress) * scale;
  }
  return fault + Math.min(...Object.values(tiers).map((tier) => readTime(tier, scenario)));
}

const staleStatistics: Rule = (demand) => {
  const { statsFlush, statsReadEveryFaults } = demand.scenario.kernel;
  if (statsFlush === 0 || statsReadEveryFaults > 0 || !hasSwap(demand)) return [];
  const trip = roundTrip(demand);
  return demand.groups.flatMap((each): Advice[] => {
    const { max } = each.group.memory;
    const turnover = (max / demand.page) * trip;
    if (each.anonymous <= max || turnover >= statsFlush) return [];
    return [
      {
        id: `stale-statistics ${each.label}`,
        level: 'warning',
        what: `${each.label} can be swapped out and in again within ${formatTime(turnover)}, but reclaim sees its lists only every ${formatTime(statsFlush)}: it may be killed although swap is free.`,
        why: 'Reclaim decides on statistics that are flushed now and then. A small group on a fast tier turns over in between; its active list is not known to be full, so nothing is deactivated.',
        source:
          'mm/memcontrol.c memcg_rstat; mm/vmscan.c inactive_is_low(); measured cases, family q',
        path: ['kernel', 'statsFlush'],
        fix: { label: 'Keep statistics exact', path: ['kernel', 'statsFlush'], value: '0' },
      },
    ];
  });
};

const fewSamples: Rule = ({ scenario: { run } }) => {
  if (run.duration === undefined || run.duration / run.sampleEvery >= LEAST_SAMPLES) return [];
  return [
    {
      id: 'few-samples',
      level: 'note',
      what: `A sample every ${formatTime(run.sampleEvery)} gives fewer than ${LEAST_SAMPLES} points in ${formatTime(run.duration)}.`,
      why: 'Curves over time need more points to show anything. Totals and latencies do not depend on it.',
      source: 'run.sampleEvery',
      path: ['run', 'sampleEvery'],
    },
  ];
};

const neverUnderPressure: Rule = ({ groups, anonymous, files, ram, unknownTraces, scenario }) => {
  const limited = groups.some(
    (each) => each.anonymous + each.files > Math.min(each.group.memory.max, each.group.memory.high),
  );
  const steered = scenario.actions.length > 0 || scenario.controllers.length > 0;
  if (unknownTraces > 0 || steered || limited || anonymous + files > 0.9 * ram) return [];
  return [
    {
      id: 'no-pressure',
      level: 'note',
      what: `Everything fits: ${formatSize(anonymous + files, 1)} of pages, ${formatSize(ram, 1)} of RAM, and no limit that is met.`,
      why: 'Nothing will be reclaimed, so all designs of swap come to the same. Less RAM or a lower memory.max makes them differ.',
      source: 'mm/vmscan.c: reclaim begins at the low watermark or at a limit',
      path: ['machine', 'memory'],
    },
  ];
};

export const kernelRules: readonly Rule[] = [
  noSwap,
  swappinessZero,
  staleStatistics,
  neverUnderPressure,
  fewSamples,
];
