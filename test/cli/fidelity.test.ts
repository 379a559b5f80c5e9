// The comparison with measured cases from a shell: its document, its exit codes and its complaints.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, root, swaplabIn } from './swaplab.ts';

const { folder, swaplab } = swaplabIn();
const SMALL = join(root, 'test', 'fidelity', 'groundtruth');

interface Report {
  cases: {
    id: string;
    family: string;
    jaccard: number | null;
    counters: {
      counter: string;
      kernelMedian: number;
      kernelMin: number;
      kernelMax: number;
      engine: number;
      errorPercent: number | null;
      withinSpread: boolean;
    }[];
  }[];
  summary: { cases: number; failed: { id: string; reason: string }[] };
}

describe('swaplab fidelity', () => {
  it('prints one document with every counter of a case', async () => {
    const ended = await swaplab('fidelity', SMALL, '--case', 'c-uni150-zram', '--json');
    expect(ended.code).toBe(0);
    const { cases, summary } = parse<Report>(ended);
    expect(summary).toMatchObject({ cases: 1, failed: [] });
    expect(cases[0]).toMatchObject({ id: 'c-uni150-zram', family: 'c', jaccard: 1 });
    expect(cases[0]?.counters.find((c) => c.counter === 'pswpin')).toMatchObject({
      kernelMedian: 50197,
      kernelMin: 50197,
      kernelMax: 50197,
      engine: 50197,
      errorPercent: 0,
      withinSpread: true,
    });
  });

  it('ends with 1 and names the case when one could not be replayed', async () => {
    const foreign = join(folder, 'foreign');
    cpSync(SMALL, foreign, { recursive: true });
    const file = join(foreign, 'cases', 'c-uni150-zram.json');
    const asked = JSON.parse(readFileSync(file, 'utf8')) as {
      procs: { ops: object[] }[];
    };
    asked.procs[0]?.ops.push({ op: 'swapoff', dev: 9 });
    writeFileSync(file, JSON.stringify(asked));
    const ended = await swaplab('fidelity', foreign, '--case', 'c-uni150-zram');
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('c-uni150-zram: there is no device 9');
  });

  it('ends with 2 for a folder of another kind, a case that is not there, a broken file', async () => {
    const other = await swaplab('fidelity', folder);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('has no folder "cases"');
    const missing = await swaplab('fidelity', SMALL, '--case', 'z-none');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('There is no case z-none');
    const broken = join(folder, 'broken');
    cpSync(SMALL, broken, { recursive: true });
    mkdirSync(join(broken, 'cases'), { recursive: true });
    writeFileSync(join(broken, 'cases', 'c-uni150-zram.json'), '{"id": 5}');
    const refused = await swaplab('fidelity', broken, '--case', 'c-uni150-zram');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is not of the ground-truth format');
    expect(refused.stderr).not.toContain('    at ');
  });
});
