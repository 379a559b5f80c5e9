/** A page goes from any class of tier to any other and back, where the design lets it (thread 000). */
import { expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { DEVICE, TOUCHED, ZSWAP } from '../../../src/engine/memory/pages.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import type { Target } from '../../../src/engine/swap/transferRules.ts';
import { leftovers, violations } from '../../support/engine/invariants.ts';
import { touched } from '../../support/engine/simulate.ts';

type Tier = NonNullable<ScenarioInput['tiers']>[string];

const PAGES = 300;
const FRAMES = 128;
const CLASSES = [
  ...['zswap', 'zram', 'pmem', 'nvme', 'sata-ssd', 'hdd'],
  ...['nbd-10g', 'nbd-25g', 'rdma', 'rdma-block'],
];
const PAIRS = CLASSES.flatMap((a, i) => CLASSES.slice(i + 1).map((b) => [a, b] as const));

const tier = (kind: string, priority: number): Tier => ({
  ...(kind === 'zram'
    ? { kind }
    : { kind: 'block', device: kind as Extract<Tier, { kind: 'block' }>['device'] }),
  size: '4MiB',
  priority,
});

/** Everything that is out of RAM is in the first tier, and the second is empty. */
function between(swapSpace: 'walk' | 'virtual', first: string, second: string) {
  const { kernel: k } = touched(PAGES, {
    kernel: { swapSpace, zswap: { enabled: first === 'zswap' } },
    tiers: {
      ...(first === 'zswap' ? {} : { first: tier(first, 2) }),
      second: tier(second, 1),
    },
    cgroups: {
      a: {
        memory: { max: FRAMES * 4096 },
        workloads: [
          {
            name: 'w',
            pattern: { kind: 'sequential' },
            pages: PAGES,
            contents: [{ class: 'compressible', share: 100, ratio: 4, sigma: 0 }],
          },
        ],
      },
    },
  });
  settle(k);
  const out: number[] = [];
  for (let page = 0; page < PAGES; page++) if (k.pages.flags[page] === TOUCHED) out.push(page);
  const [one, two] = k.devices.list;
  const ends: [Target, Target] = first === 'zswap' ? ['zswap', one!] : [one!, two!];
  return { k, out, ends };
}

function settle(k: Kernel): void {
  while (k.io.size > 0) {
    k.now = k.io.nextTime;
    completeIo(k);
  }
}

const isIn = (k: Kernel, page: number, target: Target) =>
  target === 'zswap'
    ? k.pages.where(page) === ZSWAP
    : k.pages.where(page) === DEVICE && k.devices.of(k.pages.slot(page)) === target;

it.each(PAIRS.flatMap(([a, b]) => [[a, b, 'walk'] as const, [a, b, 'virtual'] as const]))(
  '%s to %s and back in a %s swap space',
  (first, second, swapSpace) => {
    const { k, out, ends } = between(swapSpace, first, second);
    expect(out.length).toBeGreaterThan(PAGES - FRAMES);
    expect(out.every((page) => isIn(k, page, ends[0]))).toBe(true);
    for (const target of [ends[1], ends[0]]) {
      let ended: number[] = [];
      expect(k.transfers.begin(out, target, { ended: (...end) => (ended = end) })).toBe(out.length);
      settle(k);
      expect(ended).toEqual([out.length, 0]);
      expect(out.every((page) => isIn(k, page, target))).toBe(true);
      expect(violations(k)).toEqual([]);
    }
    expect(leftovers(k)).toEqual([]);
  },
);
