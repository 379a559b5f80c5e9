/** Threads that wait for the same page: each fault ends when its page is there, whoever maps it first. */
import { expect, test } from 'vitest';
import { finish, simulate } from '../../support/engine/simulate.ts';

test('no fault lasts until the next one of its thread', () => {
  const result = finish(
    simulate({
      machine: { memory: '64MiB', cpus: 8 },
      kernel: { statsFlush: 0, pageCluster: 0 },
      tiers: {
        slow: {
          kind: 'block',
          device: 'nvme',
          size: '16MiB',
          readP50: '1ms',
          readP99: '1ms',
          writeP50: '10us',
          writeP99: '10us',
          parallelism: 64,
        },
      },
      cgroups: {
        app: {
          memory: { max: '1MiB' },
          workloads: [
            {
              name: 'w',
              pages: 512,
              fill: true,
              threads: 8,
              writes: 0,
              thinkTime: '5ms',
              pattern: { kind: 'uniform' },
            },
          ],
        },
      },
      run: { duration: '8s' },
    }),
  );
  const faults = result.histograms.find(({ metric }) => metric === 'fault_latency')!;
  expect(faults.count).toBeGreaterThan(4000);
  // A read takes 1 ms, and between two faults of a thread there are at least 5 ms of computing.
  expect(faults.maxNs).toBeLessThan(5e6);
});
