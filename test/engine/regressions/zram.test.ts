/** A zram that has had a page refuses its next version (seed 1832 of a campaign). */
import { expect, test } from 'vitest';
import { checkedRun } from '../../support/engine/checkedRun.ts';

test('a page whose rewrite fails is in RAM alone', () => {
  const { problems, swapped } = checkedRun(
    {
      kernel: { swapSpace: 'virtual' },
      tiers: {
        t0: { kind: 'block', device: 'nvme', size: '32MiB' },
        t1: { kind: 'block', device: 'nvme', size: 1441220, link: 'net' },
        t2: {
          kind: 'zram',
          codec: 'lz4',
          size: 1412479,
          memLimit: 1082552,
          recompress: 'zstd',
          priority: 2,
        },
      },
      links: { net: { bandwidth: '20MB' } },
      actions: [{ at: '12ms', do: 'zram-recompress', tier: 't2', pages: 'all' }],
      cgroups: {
        a: {
          memory: { max: '2MiB' },
          workloads: [
            {
              name: 'w0',
              pattern: { kind: 'hotcold', hot: 10, shuffle: false },
              pages: 1500,
              writes: 95,
              fill: true,
            },
          ],
        },
      },
      run: { duration: '2s' },
    },
    2208,
  );
  expect(swapped).toBe(true);
  expect(problems).toEqual([]);
});
