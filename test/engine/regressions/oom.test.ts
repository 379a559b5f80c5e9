/** Who the OOM killer waits for. */
import { expect, it } from 'vitest';
import { simulate } from '../../support/engine/simulate.ts';

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
