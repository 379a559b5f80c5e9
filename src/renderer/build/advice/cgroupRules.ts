/** What stands out about the control groups: limits that contradict each other, and kills to expect. */
import { formatSize } from '../../../engine/scenario/index.ts';
import type { Advice, Rule } from './advice.ts';
import type { Demand, GroupDemand } from './demand.ts';

const PROTECTION = ['min', 'low'] as const;

const at = ({ path }: GroupDemand, key: string) => [...path, 'memory', key];

/** Room for what a group swaps out, bytes: its tiers, zswap where it needs none, and its limit. */
function swapRoom({ scenario }: Demand, { tiers, swapMax }: GroupDemand): number {
  const { zswap, swapSpace } = scenario.kernel;
  if (swapSpace === 'virtual' && zswap.enabled) return Infinity;
  let room = 0;
  for (const [name, { size }] of Object.entries(scenario.tiers)) if (tiers.has(name)) room += size;
  return Math.min(room, swapMax);
}

const exceedsMachine: Rule = ({ scenario, anonymous, ram, swap }) => {
  const { zswap, swapSpace } = scenario.kernel;
  if (swapSpace === 'virtual' && zswap.enabled) return [];
  const beyond = anonymous - ram - swap;
  if (beyond <= 0) return [];
  return [
    {
      id: 'out-of-memory',
      level: 'warning',
      what: `The anonymous pages exceed RAM and swap by ${formatSize(beyond, 1)}: expect OOM kills once all of them are touched.`,
      why: 'An anonymous page can only be in RAM or in swap. When both are full, reclaim makes no progress, and the OOM killer ends a process.',
      source: 'mm/oom_kill.c; mm/vmscan.c can_reclaim_anon_pages()',
      path: ['machine', 'memory'],
    },
  ];
};

const willBeKilled: Rule = (demand) =>
  demand.groups.flatMap((each): Advice[] => {
    const { max } = each.group.memory;
    const room = swapRoom(demand, each);
    if (max === Infinity || each.anonymous <= max + room) return [];
    const swapped =
      room === 0 ? 'it may not swap' : `it may swap out ${formatSize(room, 1)} at most`;
    return [
      {
        id: `oom ${each.label}`,
        level: 'warning',
        what: `${each.label} asks for ${formatSize(each.anonymous, 1)} of anonymous memory, has ${formatSize(max, 1)}, and ${swapped}: expect OOM kills in it.`,
        why: 'A charge beyond memory.max reclaims inside the group. After 16 rounds without progress the OOM killer takes one of its processes, whatever is free elsewhere.',
        source: 'mm/memcontrol.c try_charge_memcg()',
        path: at(each, 'max'),
      },
    ];
  });

/** What groups right below the root are protected from, they are protected from in full. */
const protectionBeyondRam: Rule = ({ groups, ram }) =>
  PROTECTION.flatMap((key): Advice[] => {
    const top = groups.filter(({ parent }) => parent === null);
    const sum = top.reduce((all, { group }) => all + group.memory[key], 0);
    const [first] = top.filter(({ group }) => group.memory[key] > 0);
    if (!first || sum <= ram) return [];
    const what = `memory.${key} below the root adds up to ${formatSize(sum, 1)}, but RAM has ${formatSize(ram, 1)}`;
    return [
      {
        id: `${key}-sum /`,
        level: 'warning',
        what: `${what}: once it is used, ${key === 'min' ? 'reclaim can take nothing' : 'it protects nobody'}.`,
        why:
          key === 'min'
            ? 'What memory.min protects is never reclaimed, so the OOM killer comes instead.'
            : 'When reclaim finds nothing that is not protected, it goes over all groups again without regard to memory.low.',
        source: 'mm/vmscan.c shrink_node_memcgs(), memcg_low_reclaim',
        path: at(first, key),
      },
    ];
  });

const protectionOfChildren: Rule = ({ groups }) =>
  PROTECTION.flatMap((key) =>
    groups.flatMap((parent): Advice[] => {
      const children = groups.filter((each) => each.parent === parent);
      const sum = children.reduce((all, { group }) => all + group.memory[key], 0);
      const has = parent.group.memory[key];
      if (sum <= has) return [];
      return [
        {
          id: `${key}-sum ${parent.label}`,
          level: 'warning',
          what: `memory.${key} below ${parent.label} adds up to ${formatSize(sum, 1)}, but ${parent.label} itself has ${formatSize(has, 1)}: each gets only its share of that.`,
          why: 'Against reclaim from above, protection is handed down from the top: where the children ask for more than their parent is protected, all of them are scaled down in proportion to what they use.',
          source: 'mm/page_counter.c effective_protection()',
          path: at(parent, key),
        },
      ];
    }),
  );

const limitsAgainstEachOther: Rule = ({ groups }) =>
  groups.flatMap((each): Advice[] => {
    const { label, group, parent } = each;
    const { min, low, high, max } = group.memory;
    const found: Advice[] = [];
    const say = (key: string, what: string, why: string, level: Advice['level'] = 'warning') =>
      found.push({
        id: `${key} ${label}`,
        level,
        what,
        why,
        source: 'Documentation/admin-guide/cgroup-v2.rst',
        path: at(each, key),
      });
    if (min > max)
      say(
        'min',
        `${label} has memory.min ${formatSize(min)} above its memory.max ${formatSize(max)}.`,
        'A group never grows beyond memory.max, so the rest of the protection is never used. When it is at its limit, its own reclaim goes by the limit and not by memory.min.',
      );
    else if (low > max)
      say(
        'low',
        `${label} has memory.low ${formatSize(low)} above its memory.max ${formatSize(max)}.`,
        'A group never grows beyond memory.max, so the rest of the protection is never used.',
      );
    if (high !== Infinity && high > max)
      say(
        'high',
        `${label} has memory.high ${formatSize(high)} above its memory.max ${formatSize(max)}.`,
        'The hard limit comes first: it will be killed where memory.high would have slowed it down.',
      );
    if (min > 0 && low > 0 && low < min)
      say(
        'low',
        `${label} has memory.low ${formatSize(low)} below its memory.min ${formatSize(min)}.`,
        'What memory.min protects is never reclaimed, so a lower memory.low says nothing.',
        'note',
      );
    const above = parent?.group.memory.max ?? Infinity;
    if (max !== Infinity && max > above)
      say(
        'max',
        `${label} has memory.max ${formatSize(max)}, but its parent has ${formatSize(above)}.`,
        'The charge goes to all ancestors, so the limit of the parent is met first and its reclaim takes pages of all its children.',
        'note',
      );
    return found;
  });

const limitAboveRam: Rule = ({ groups, ram }) =>
  groups.flatMap((each): Advice[] => {
    const { max } = each.group.memory;
    if (max === Infinity || max <= ram) return [];
    return [
      {
        id: `above-ram ${each.label}`,
        level: 'note',
        what: `memory.max of ${each.label} is ${formatSize(max)}, and there are ${formatSize(ram, 1)} of RAM: it is never met.`,
        why: 'RAM runs out first. Then kswapd and direct reclaim work on the whole machine, and other groups pay as well.',
        source: 'mm/vmscan.c balance_pgdat()',
        path: at(each, 'max'),
      },
    ];
  });

export const cgroupRules: readonly Rule[] = [
  exceedsMachine,
  willBeKilled,
  protectionBeyondRam,
  protectionOfChildren,
  limitsAgainstEachOther,
  limitAboveRam,
];
