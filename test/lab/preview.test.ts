// What a workload will do, asked of the lab before it runs: the same accesses as those of the run.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PreviewRequest } from '../../src/main/lab/contract.ts';
import type { ScenarioInput } from '../../src/engine/scenario/index.ts';
import { finished, openLab } from './support/lab.ts';

type Workload = Record<string, unknown> & { name: string };

const machine = (workload: Workload, run: ScenarioInput['run'] = {}): ScenarioInput => ({
  machine: { memory: '256MiB', costs: { access: '100ns' } },
  cgroups: { web: { workloads: [workload as never] } },
  run,
});

const ask = (workload: Workload, run?: ScenarioInput['run']): PreviewRequest => ({
  id: 'a',
  scenario: machine(workload, run),
  cgroup: '/web',
  workload: workload.name,
});

const sequential = {
  name: 'w',
  pattern: { kind: 'sequential' },
  pages: 2400,
  accesses: 7200,
};

const sum = (values: number[]) => values.reduce((all, each) => all + each, 0);

describe('the preview of a workload', () => {
  it('shows three sweeps over the pages as three diagonals, and when LRU can hold them', async () => {
    const preview = await openLab().previewWorkload(ask(sequential));
    expect(preview).toMatchObject({ accesses: 7200, of: 7200, pages: 2400, startNs: 0 });
    // 7200 accesses of 100 ns.
    expect(preview.spanNs).toBe(720_000);
    expect(sum(preview.heat.flat())).toBe(7200);
    // 24 rows of 100 pages, three times each.
    for (let row = 0; row < 24; row++)
      expect(sum(preview.heat.map((column) => column[row]!))).toBe(300);
    expect(preview.footprint.at(-1)).toBe(2400);
    // A cycle that is longer than LRU's memory hits nothing; one that fits misses once a page.
    const [fits] = preview.lruCurve.slice(-1);
    expect(fits).toEqual({ pages: 2400, missRatio: 1 / 3 });
    expect(preview.lruCurve.at(-2)!.missRatio).toBe(1);
  });

  it('touches the very pages that the run touches', async () => {
    const workload = {
      name: 'w',
      pattern: { kind: 'zipf' },
      pages: 30_000,
      accesses: 60_000,
      threads: 2,
    };
    const lab = openLab();
    const { footprint, writePercent } = await lab.previewWorkload(ask(workload));
    const { id } = await lab.startRun({ scenario: machine(workload) });
    await finished(lab, id);
    const { result } = await lab.getRun(id);
    // Everything fits, so each fault is a first touch.
    const machineTotals = result!.totals.find(({ scope }) => scope === 'machine')!;
    expect(machineTotals.counters['pgfault']).toBe(footprint.at(-1));
    expect(writePercent).toBeGreaterThan(29);
    expect(writePercent).toBeLessThan(31);
  });

  it('fills first where the workload does, and stops when the run does', async () => {
    const lab = openLab();
    const filled = await lab.previewWorkload(ask({ ...sequential, fill: true, accesses: 2400 }));
    expect(filled).toMatchObject({ accesses: 4800, of: 4800 });
    const endless = { name: 'w', pattern: { kind: 'uniform' }, pages: 100, thinkTime: '900ns' };
    const timed = await lab.previewWorkload(ask(endless, { duration: '1ms' }));
    // 1 ms of accesses that take 1 µs each.
    expect(timed).toMatchObject({ accesses: 1000, of: 1000, spanNs: 1_000_000 });
    const counted = await lab.previewWorkload(ask(endless, { accesses: 500 }));
    expect(counted).toMatchObject({ accesses: 500, of: 500 });
  });

  it('looks at no more than 16 million accesses of a workload without an end', async () => {
    const endless = { name: 'w', pattern: { kind: 'uniform' }, pages: 100 };
    const preview = await openLab().previewWorkload(ask(endless, { duration: '1h' }));
    expect(preview.accesses).toBe(16_000_000);
    expect(preview.of).toBe(null);
  });

  it('thins out a daily load in its trough', async () => {
    const daily = {
      ...sequential,
      accesses: 20_000,
      thinkTime: '10us',
      daily: { period: '200ms', trough: 10 },
    };
    const { heat, spanNs } = await openLab().previewWorkload(ask(daily));
    const columns = heat.map(sum);
    expect(spanNs).toBeGreaterThan(20_000 * 10_100);
    expect(Math.max(...columns)).toBeGreaterThan(3 * columns[0]!);
  });

  it('reads a trace that comes with the lab', async () => {
    const lab = openLab();
    const [known] = await lab.listTraces();
    const trace = { name: 't', trace: { file: known!.file, repeat: 2 } };
    const preview = await lab.previewWorkload(ask(trace));
    expect(preview).toMatchObject({ of: 2 * known!.accesses, pages: known!.pages });
    expect(preview.writePercent).toBeCloseTo(known!.writePercent, 6);
  });

  it('says what is missing', async () => {
    const lab = openLab();
    await expect(lab.previewWorkload({ ...ask(sequential), workload: 'x' })).rejects.toMatchObject({
      kind: 'not_found',
      message: 'There is no workload "x" in /web.',
    });
    const file = join(lab.dataDir, 'none.swtrace');
    await expect(lab.previewWorkload(ask({ name: 't', trace: { file } }))).rejects.toMatchObject({
      kind: 'invalid',
    });
    const huge = { ...sequential, pages: 2 ** 25 };
    await expect(lab.previewWorkload(ask(huge))).rejects.toThrow(/preview is made of at most/);
  });

  it('can be called off while it is made and while it waits, and the next one is made', async () => {
    const lab = openLab();
    const long = (id: string) => ({
      ...ask(
        { name: 'w', pattern: { kind: 'zipf' }, pages: 2 ** 22 },
        { duration: `${id.length}h` },
      ),
      id,
    });
    const first = lab.previewWorkload(long('a'));
    const second = lab.previewWorkload(long('bb'));
    const third = lab.previewWorkload({ ...ask(sequential), id: 'c' });
    await Promise.all([
      expect(first).rejects.toThrow('called off'),
      expect(second).rejects.toThrow('called off'),
      lab.cancelPreview('bb'),
      lab.cancelPreview('a'),
    ]);
    expect((await third).accesses).toBe(7200);
  });
});
