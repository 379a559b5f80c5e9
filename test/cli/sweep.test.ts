// `swaplab sweep`, as a shell sees it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunGroup } from '../../src/main/lab/contract.ts';
import { parse, swaplabIn } from './swaplab.ts';

const { folder, hasData, start, swaplab } = swaplabIn();

const SCENARIO = {
  name: 'Small',
  machine: { memory: '64MiB' },
  kernel: { zswap: { enabled: true } },
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '64MiB' } },
  cgroups: {
    web: {
      memory: { max: '4MiB' },
      workloads: [{ name: 'api', pattern: { kind: 'zipf' }, pages: 2000, accesses: 20_000 }],
    },
  },
  run: { seed: 7 },
};
const file = join(folder, 'small.json');
writeFileSync(file, JSON.stringify(SCENARIO));

describe('swaplab sweep', () => {
  it('runs each combination with each seed, and keeps nothing unless told to', async () => {
    const over = [
      '--over',
      'kernel.swappiness=0,200',
      '--over',
      'kernel.zswap.compressor=lzo,zstd',
    ];
    const ended = await swaplab('sweep', file, ...over, '--seeds', '2', '--no-save', '--json');
    expect(ended.code).toBe(0);
    const { runs, axes, seeds, counts } = parse<RunGroup>(ended);
    expect(counts).toEqual({ done: 8 });
    expect(seeds).toEqual([7, 8]);
    expect(axes[1]).toEqual({ path: 'kernel.zswap.compressor', values: ['lzo', 'zstd'] });
    expect(new Set(runs.map(({ digest }) => digest)).size).toBeGreaterThan(4);
    expect(hasData()).toBe(false);
  });

  it('prints a table with a row for each combination', async () => {
    const { code, stdout } = await swaplab('sweep', file, '--over', 'kernel.swappiness=0,200');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kernel.swappiness +Done +Throughput/m);
    expect(stdout).toMatch(/^0 +1 of 1 +[\d,]+\/s/m);
    expect(stdout).toMatch(/^200 +1 of 1 +[\d,]+\/s/m);
  });

  it.each([
    [['--seeds', '1'], 'Nothing varies'],
    [['--over', 'kernel.swappiness'], 'accepted: path=values'],
    [['--over', 'kernel.swappiness=60,201'], 'With kernel.swappiness 201'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await swaplab('sweep', file, ...args, '--no-save');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('is cancelled as a whole by Ctrl-C', async () => {
    const { child, ended } = start([
      ...['sweep', file, '--seeds', '3', '--jobs', '1', '--no-save', '--json'],
      ...['--set', 'cgroups.web.workloads[0].accesses=9000000000'],
      // Without pressure nobody is killed, so that it cannot end by itself.
      ...['--set', 'cgroups.web.memory.max=max'],
    ]);
    setTimeout(() => child.kill('SIGINT'), 1500);
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect((JSON.parse(stdout) as RunGroup).counts).toEqual({ cancelled: 3 });
  });
});
