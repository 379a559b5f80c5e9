/** Devices behind one link share its bandwidth; each request takes a round trip on top. */
import { describe, expect, it } from 'vitest';
import { NetworkLink } from '../../../src/engine/tiers/networkLink.ts';
import { checkScenario } from '../../../src/engine/scenario/index.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { runToEnd, totals } from '../../support/engine/simulate.ts';

const MB = 1e6;

describe('a link', () => {
  const figures = { bandwidth: 100 * MB, latencyP50: 40_000, latencyP99: 400_000, cpuPerPage: 0 };

  it('passes data in turn, each direction on its own', () => {
    const link = new NetworkLink(figures, 1);
    // 4000 bytes at 100 MB/s take 40 us.
    expect(link.cross(0, true, 4000)).toBe(40_000);
    expect(link.cross(0, true, 4000)).toBe(80_000);
    expect(link.cross(0, false, 4000)).toBe(40_000);
    expect(link.cross(1_000_000, true, 4000)).toBe(1_040_000);
  });

  it('has round trips with the median and the 99th percentile that it was given', () => {
    const link = new NetworkLink(figures, 2);
    const trips = Array.from({ length: 20_000 }, () => link.roundTrip()).sort((a, b) => a - b);
    expect(trips[10_000]! / 40_000).toBeCloseTo(1, 1);
    expect(trips[19_800]! / 400_000).toBeGreaterThan(0.85);
    expect(trips[19_800]! / 400_000).toBeLessThan(1.15);
  });
});

/** Two cgroups, each with a remote tier of its own, read as fast as they can. */
function both(right: string): ScenarioInput {
  const app = (tier: string) => ({
    memory: { max: '4MiB', swap: { tiers: [tier] } },
    workloads: [
      {
        name: 'w',
        pages: '8MiB',
        fill: true,
        pattern: { kind: 'uniform' as const },
        writes: 0,
        threads: 16,
      },
    ],
  });
  const net = { bandwidth: '20MB', latencyP50: '5us', latencyP99: '10us', cpuPerPage: '0' };
  return {
    machine: { memory: '256MiB', cpus: 4 },
    kernel: { pageCluster: 0, statsFlush: '0' },
    links: { one: net, two: net },
    tiers: {
      left: { kind: 'block', device: 'nvme', size: '32MiB', link: 'one' },
      right: { kind: 'block', device: 'nvme', size: '32MiB', link: right },
    },
    cgroups: { a: app('left'), b: app('right') },
    run: { duration: '2s' },
  };
}

it('halves what two tiers behind it get, where they fill it', () => {
  const read = (input: ScenarioInput) => {
    const result = runToEnd(input);
    const bytes = (tier: string) => totals(result, `tier:${tier}`)['bytes_read']!;
    return [bytes('left'), bytes('right')] as const;
  };
  const apart = read(both('two'));
  const [left, right] = read(both('one'));
  // 2 s at 20 MB/s are 40 MB, less what the fill takes.
  for (const bytes of apart) {
    expect(bytes).toBeGreaterThan(32 * MB);
    expect(bytes).toBeLessThanOrEqual(40.2 * MB);
  }
  expect(left + right).toBeLessThanOrEqual(40.2 * MB);
  expect(left / right).toBeGreaterThan(0.9);
  expect(left / right).toBeLessThan(1.1);
});

it('must exist, and have a queue behind it', () => {
  const input = both('none');
  input.tiers!['left'] = { kind: 'block', device: 'pmem', size: '32MiB', link: 'one' };
  const checked = checkScenario(input);
  expect(checked.ok ? [] : checked.issues.map(({ message }) => message)).toEqual([
    'tiers.left.link is "one"; accepted: nothing: the device is synchronous',
    'tiers.right.link is "none"; accepted: one of "one", "two"',
  ]);
});

describe('the CPU time of the protocol', () => {
  /** One cgroup swaps over the network, another computes in memory. */
  const machine = (cpus: number, cpuPerPage: string, writes: number): ScenarioInput => ({
    machine: { memory: '256MiB', cpus },
    kernel: { pageCluster: 0, statsFlush: '0' },
    tiers: { far: { kind: 'block', device: 'nbd-10g', size: '64MiB', cpuPerPage } },
    cgroups: {
      swaps: {
        memory: { max: '4MiB' },
        workloads: [{ name: 'w', pages: '8MiB', fill: true, pattern: { kind: 'uniform' }, writes }],
      },
      computes: {
        workloads: [{ name: 'w', pages: '1MiB', pattern: { kind: 'uniform' }, thinkTime: '1us' }],
      },
    },
    run: { duration: '2s' },
  });
  const figures = (input: ScenarioInput) => {
    const result = runToEnd(input);
    const far = totals(result, 'tier:far');
    return {
      computed: totals(result, 'cgroup:/computes')['accesses']!,
      cpuNs: far['cpu_network']!,
      pages: (far['bytes_read']! + far['bytes_written']!) / 4096,
    };
  };

  it('counts each page once, sent or received', () => {
    const { cpuNs, pages } = figures(machine(4, '30us', 50));
    expect(pages).toBeGreaterThan(5000);
    expect(cpuNs).toBe(30_000 * pages);
  });

  it('is 10 us with NBD unless the scenario says otherwise', () => {
    const input = machine(4, '30us', 50);
    delete (input.tiers!['far'] as { cpuPerPage?: string }).cpuPerPage;
    const { cpuNs, pages } = figures(input);
    expect(cpuNs).toBe(10_000 * pages);
  });

  it('is taken from others only where no CPU is idle', () => {
    const free = figures(machine(3, '0', 0));
    const paid = figures(machine(3, '50us', 0));
    expect(Math.abs(paid.computed / free.computed - 1)).toBeLessThan(0.001);
    const one = figures(machine(1, '0', 0));
    const onePaid = figures(machine(1, '50us', 0));
    // An access takes 2 s by their number where nothing else runs. Less is swapped too, which gives some back.
    const lostNs = (one.computed - onePaid.computed) * (2e9 / free.computed);
    expect(lostNs / onePaid.cpuNs).toBeGreaterThan(0.85);
    expect(lostNs / onePaid.cpuNs).toBeLessThanOrEqual(1);
  });
});
