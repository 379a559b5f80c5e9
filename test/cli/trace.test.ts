// `swaplab trace`, `schema` and `bench`.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from '../../src/engine/scenario/index.ts';
import type { RunRecord, RunResult } from '../../src/main/lab/contract.ts';
import type { TraceDescription } from '../../src/main/lab/traces/info.ts';
import { parse, root, swaplabIn } from './swaplab.ts';

const { folder, start, swaplab, swaplabWith } = swaplabIn();

const LACKEY = '==1== Lackey\nI  04001000,3\n L 1fff000ffe,8\n S 04222f90,4\nI  04001003,5\n';

describe('swaplab trace', () => {
  const file = join(folder, 'by-hand.swtrace');

  it('imports from standard input and describes the result', async () => {
    const imported = await swaplabWith(
      LACKEY,
      ...['trace', 'import', '--format', 'lackey', '-o', file, '--title', 'By hand', '--json', '-'],
    );
    expect(imported.code).toBe(0);
    expect(parse<TraceDescription>(imported)).toMatchObject({ accesses: 5, pages: 4, writes: 1 });
    const info = parse<TraceDescription>(await swaplab('trace', 'info', file, '--json'));
    expect(info).toMatchObject({ title: 'By hand', references: 5, writePercent: 20 });
    const { stdout } = await swaplab('trace', 'info', file);
    expect(stdout).toMatch(/^Footprint +16\.0 KiB in 4 pages of 4 KiB$/m);
    expect(stdout).toMatch(/^Writes +1 \(20\.0 %\)$/m);
  });

  it('imports a file, beside it, and tells its progress on standard error', async () => {
    const recording = join(folder, 'long.csv');
    writeFileSync(recording, Array.from({ length: 400_000 }, (_, i) => `${i % 500},1\n`).join(''));
    const { code, stdout, stderr } = await swaplab('trace', 'import', '--format', 'csv', recording);
    expect(code).toBe(0);
    expect(stdout).toContain('400,000 accesses to 500 pages');
    expect(stderr).toMatch(/^import: \d0 % /m);
    expect(existsSync(join(folder, 'long.swtrace'))).toBe(true);
  });

  it('imports packed text, beside it', async () => {
    const recording = join(folder, 'packed.txt.gz');
    writeFileSync(recording, gzipSync('0x1000\n0x2000\n0x1004\n'));
    const args = ['trace', 'import', '--format', 'text', '--page-shift', '12', recording];
    const imported = parse<TraceDescription>(await swaplab(...args, '--json'));
    expect(imported).toMatchObject({ accesses: 3, pages: 2, source: 'text' });
    expect(existsSync(join(folder, 'packed.swtrace'))).toBe(true);
  });

  it('exports raw words', async () => {
    const raw = join(folder, 'out.u32');
    expect((await swaplab('trace', 'export', file, '--format', 'u32', '-o', raw)).code).toBe(0);
    // Code, then the load over the end of a page, then the store, then code again.
    const bytes = readFileSync(raw);
    const words = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
    expect(words).toEqual([0, 2, 3, 0x8000_0001, 0]);
  });

  it('says what ideal policies would miss', async () => {
    const raw = join(folder, 'anomaly.u32');
    writeFileSync(raw, Uint32Array.from([1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]));
    const args = ['trace', 'bounds', raw, '--frames', '3,4'];
    const report = parse<Record<string, unknown>>(await swaplab(...args, '--json'));
    expect(report).toMatchObject({ trace: raw, accesses: 12, pages: 5, sampling: null });
    expect(report.frames).toEqual([
      { frames: 3, lru: 10, fifo: 9, clock: 10, opt: 7 },
      { frames: 4, lru: 8, fifo: 10, clock: 8, opt: 6 },
    ]);
    expect(report.lruCurve).toHaveLength(5);
    const { stdout, stderr } = await swaplab(...args);
    expect(stdout).toMatch(/^ +3 +10 \(83\.3 %\) +9 \(75\.0 %\) +10 \(83\.3 %\) +7 \(58\.3 %\)$/m);
    expect(stderr).toContain('bounds: 100 %');
  });

  it.each([
    [['trace', 'bounds', 'x.u32', '--frames', '3,none'], 'Accepted: a whole number from 1'],
    [['trace', 'bounds', 'x.u32'], "required option '--frames <n,n,...>'"],
    [['trace', 'bounds', 'none.u32', '--frames', '3'], 'There is no file none.u32.'],
    [['trace', 'import', '--format', 'csv', '-'], 'accepted: -o FILE'],
    [['trace', 'import', '--format', 'pin', '-'], 'Allowed choices are lackey, u32, csv'],
    [['trace', 'import', '--format', 'csv', 'none.csv'], 'There is no file none.csv.'],
    [
      ['trace', 'import', '--format', 'csv', '-o', 'no/such/place', '-'],
      'its folder does not exist',
    ],
    [['trace', 'info', 'none.swtrace'], 'There is no file none.swtrace.'],
  ])('ends with 2 on %j', async (args, message) => {
    const { code, stdout, stderr } = await swaplabWith('1,1\n', ...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('takes back what it wrote when it is interrupted', async () => {
    const endless = join(folder, 'endless');
    execFileSync('mkfifo', [endless]);
    const part = join(folder, 'interrupted.swtrace');
    const { child, ended } = start(['trace', 'import', '--format', 'csv', '-o', part, endless]);
    const pipe = await open(endless, 'w');
    await pipe.write('1,0\n2,1\n');
    const spool = () => readdirSync(folder).filter((name) => name.startsWith('interrupted'));
    while (spool().length === 0) await sleep(20);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stdout: '' });
    await pipe.close();
    expect(spool()).toEqual([]);
  });

  it('leaves an older trace alone when the import fails', async () => {
    const before = statSync(file).mtimeMs;
    const args = ['trace', 'import', '--format', 'csv', '-o', file, '-'];
    const { code, stderr } = await swaplabWith('1,0\n2,0\nthree,0\n', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain('Line 3: page is "three"');
    expect(statSync(file).mtimeMs).toBe(before);
  });
});

describe('the traces that ship', () => {
  it.each(['sort', 'sqlite'])('are small and sound: %s', async (name) => {
    const file = join(root, 'resources/traces', `${name}.swtrace`);
    expect(statSync(file).size).toBeLessThan(2_000_000);
    const info = parse<TraceDescription>(await swaplab('trace', 'info', file, '--json'));
    expect(info.pages).toBeGreaterThan(5000);
    expect(info.source).toBe('lackey');
  });
});

describe('the first run', () => {
  it('fills zswap, writes back from it, and faults pages back in', async () => {
    const file = join(root, 'resources/studies/first-run.json');
    const ended = await swaplab('run', file, '--no-save', '--json');
    expect(ended.code).toBe(0);
    const { run, result } = parse<{ run: RunRecord; result: RunResult }>(ended);
    // Both traces to their ends: 3 times 672,386 and twice 2,193,851 accesses.
    expect(run).toMatchObject({ status: 'done', accesses: 3 * 672_386 + 2 * 2_193_851 });
    expect(run.traces.map(({ pages }) => pages)).toEqual([6806, 12_351]);
    const machine = result.totals.find(({ scope }) => scope === 'machine')?.counters ?? {};
    expect(machine).toMatchObject({ oom_kill: 0 });
    for (const name of ['zswap_pool_limit_hit', 'zswpwb', 'zswpin', 'pswpin', 'pswpout']) {
      expect(machine[name], name).toBeGreaterThan(500);
    }
    expect(machine['workingset_refault_anon']).toBeGreaterThan(50_000);
  }, 90_000);
});

describe('swaplab schema', () => {
  it('is the schema of the engine', async () => {
    expect(parse(await swaplab('schema'))).toEqual(scenarioJsonSchema());
  });

  it('as Markdown is what docs/scenario.md shows', async () => {
    const { stdout } = await swaplab('schema', '--markdown');
    const document = readFileSync(join(root, 'docs/scenario.md'), 'utf8');
    const [, shown] = document.split(/<!-- fields[^>]*-->\n/);
    expect(shown?.trim(), 'node scripts/docs.mjs brings it up to date').toBe(stdout.trim());
  });
});

describe('swaplab bench', () => {
  it('measures a trace', async () => {
    const file = join(folder, 'bench.u32');
    const pages = Uint32Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 400);
    writeFileSync(file, pages);
    const ended = await swaplab(
      'bench',
      '--trace',
      file,
      '--limit',
      '300',
      '--rounds',
      '2',
      '--json',
    );
    expect(ended.code).toBe(0);
    const report = parse<Record<string, number>>(ended);
    expect(report).toMatchObject({ accesses: 20_000, pages: 400, limitPages: 300, rounds: 2 });
    expect(report.accessesPerSecond).toBeGreaterThan(0);
    expect(report.majorFaults).toBeGreaterThan(0);
  });

  it('measures how runs at once scale', async () => {
    const ended = await swaplab('bench', '--parallel', '--quick', '--rounds', '1', '--json');
    expect(ended.code).toBe(0);
    const { runs, atOnce, oneByOneMs, atOnceMs, factor } = parse<Record<string, number>>(ended);
    expect([runs, atOnce]).toEqual([availableParallelism(), availableParallelism()]);
    expect(factor).toBeCloseTo((oneByOneMs ?? 0) / (atOnceMs ?? 0), 9);
  }, 60_000);

  it('says what it needs', async () => {
    const { code, stderr } = await swaplab('bench', '--limit', '10');
    expect(code).toBe(2);
    expect(stderr).toContain('accepted: --trace FILE with --limit PAGES, --builtin or --parallel');
  });
});
