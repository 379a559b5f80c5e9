// `swaplab life`: the life of one page, from a shell.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PageLife } from '../../src/main/lab/contract.ts';
import { parse, swaplabIn } from './swaplab.ts';

const { folder, hasData, swaplab } = swaplabIn();

const file = join(folder, 'small.json');
writeFileSync(
  file,
  JSON.stringify({
    name: 'Small',
    machine: { memory: '64MiB' },
    tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '64MiB' } },
    cgroups: {
      web: {
        memory: { max: '8MiB' },
        workloads: [{ name: 'api', pattern: { kind: 'uniform' }, pages: 4000, accesses: 20_000 }],
      },
    },
  }),
);

it('finds the page that a device holds although it was often wanted, and saves nothing', async () => {
  const ended = await swaplab('life', file, '--json');
  expect(ended.code).toBe(0);
  const { page, events } = parse<PageLife>(ended);
  expect(page).toMatchObject({ cgroup: '/web', workload: 'api' });
  expect(events.findLast(({ kind }) => kind === 'move')).toMatchObject({ to: 'ssd' });
  expect(hasData()).toBe(false);
});

it('tells the life of a page that is named', async () => {
  const { code, stdout } = await swaplab(
    ...['life', file, '--cgroup', '/web', '--workload', 'api', '--page', '17'],
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Page 17 of api in \/web/);
  expect(stdout).toContain('new → ram');
});

it('says which pages there are', async () => {
  const half = await swaplab('life', file, '--page', '17');
  expect([half.code, half.stderr]).toEqual([2, expect.stringContaining('--cgroup, --workload')]);
  const none = await swaplab(
    ...['life', file, '--cgroup', '/web', '--workload', 'api', '--page', '4000'],
  );
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('from 0 to 3999')]);
});
