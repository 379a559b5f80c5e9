/** Who the OOM killer waits for, and what it says. */
import { expect, it } from 'vitest';
import { finish, simulate } from '../../support/engine/simulate.ts';

it('kills in a cgroup without swap although another one keeps a disk busy', () => {
  const simulation = simulate({
    machine: { memory: '64MiB', cpus: 2 },
    kernel: { statsFlush: '0' },
    tiers: { disk: { kind: 'block', device: 'sata-ssd', size: '256MiB' } },
    cgroups: {
      busy: {
        memory: { max: '4MiB' },
        workloads: [{ name: 'w', pattern: { kind: 'uniform' }, pages: 8192, writes: 100 }],
      },
      stuck: {
        memory: { max: '4MiB', swap: { max: 0 } },
        workloads: [{ name: 'w', pattern: { kind: 'sequential' }, pages: 8192, start: '100ms' }],
      },
    },
    run: { duration: '1s' },
  });
  while (!simulation.advance(1000));
  const kills = simulation.result().events.filter((e) => e.kind === 'oom_kill');
  expect(kills.map((e) => e.scope)).toEqual(['cgroup:/stuck']);
  expect(kills[0]!.timeNs).toBeLessThan(200e6);
});

/** A cgroup of 4 MiB that turns over on zram long before the first flush of its statistics. */
const killsWith = (statsFlush: string, swap: string) =>
  finish(
    simulate({
      machine: { memory: '64MiB' },
      kernel: { statsFlush },
      tiers: { zram: { kind: 'zram', size: swap } },
      cgroups: {
        small: {
          memory: { max: '4MiB' },
          workloads: [
            { name: 'w', pattern: { kind: 'zipf', exponent: 0.6 }, pages: '8MiB', fill: true },
          ],
        },
      },
      run: { duration: '1s' },
    }),
  ).events.filter(({ kind }) => kind === 'oom_kill');

it('says so when stale statistics made reclaim give up', () => {
  const [kill, ...others] = killsWith('2s', '64MiB');
  expect(others).toEqual([]);
  expect(kill!.message).toMatch(
    / Reclaim went by stale statistics: they had 0 active and 0 inactive anonymous pages where there were \d+ and \d+, so it deactivated none \(kernel\.statsFlush\)\.$/,
  );
  expect(killsWith('0', '64MiB')).toEqual([]);
});

it('does not blame statistics that were not stale, or a full swap', () => {
  for (const statsFlush of ['0', '2s']) {
    const [kill] = killsWith(statsFlush, '2MiB');
    expect(kill!.message).toMatch(/swapped out\.$/);
  }
});

it('says so when pages that were read ahead from zswap, and that nobody used, fill the memory', () => {
  const killsWithCluster = (pageCluster: number) =>
    finish(
      simulate({
        machine: { memory: '256MiB' },
        kernel: {
          statsFlush: '0',
          pageCluster,
          zswap: { enabled: true, compressor: 'lzo', maxPoolPercent: 50 },
        },
        tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '64MiB' } },
        cgroups: {
          small: {
            memory: { max: '4MiB' },
            workloads: [
              {
                name: 'w',
                pattern: { kind: 'uniform' },
                pages: '6MiB',
                fill: true,
                contents: [
                  { class: 'compressible', share: 60 },
                  { class: 'incompressible', share: 40 },
                ],
              },
            ],
          },
        },
        run: { accesses: 20_000 },
      }),
    ).events.filter(({ kind }) => kind === 'oom_kill');

  const [kill] = killsWithCluster(3);
  expect(kill!.message).toMatch(
    / (\d+) pages in RAM had been read ahead from zswap and never used, and reclaim cannot free those before somebody uses them \(kernel\.pageCluster\)\.$/,
  );
  expect(killsWithCluster(0)).toEqual([]);
});
