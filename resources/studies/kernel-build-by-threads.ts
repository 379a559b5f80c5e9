/** A build with more and more compilers at once, with zswap before a disk and without (facts 12, T1). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, resultOf, rowWhere, share, times, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const THREADS = [8, 12, 16, 20];
/** Published seconds and pages of I/O, without and with zswap. */
const PUBLISHED: Readonly<Record<number, readonly [number, number, number, number]>> = {
  8: [107, 107, 627, 249],
  12: [128, 110, 23_293, 6937],
  16: [191, 179, 75_693, 56_418],
  20: [371, 240, 225_857, 130_793],
};

/** Accesses of all compilers together, so that every build is the same work. */
const WORK = 150_000;
const SOURCES = 6;

function build(threads: number, zswap: boolean): ScenarioInput {
  const compilers = Array.from({ length: threads }, (_, i) => ({
    name: `cc-${i}`,
    pattern: { kind: 'hotcold', hot: 40, hotAccesses: 99.8 } as const,
    pages: '2MiB',
    fill: true,
    writes: 60,
    thinkTime: '50us',
    contents: [
      { class: 'zero', share: 10 } as const,
      { class: 'compressible', share: 90, ratio: 2.7 } as const,
    ],
    accesses: Math.floor(WORK / threads),
  }));
  return {
    machine: { memory: '32MiB', kernelMemory: '4MiB', cpus: 4, disk: 'hdd' },
    kernel: {
      statsFlush: '0',
      zswap: { enabled: zswap, compressor: 'lzo', maxPoolPercent: 20 },
    },
    tiers: { disk: { kind: 'block', device: 'hdd', size: '128MiB' } },
    cgroups: {
      build: {
        workloads: [
          ...compilers,
          {
            name: 'sources',
            pattern: { kind: 'zipf', exponent: 0.9 },
            pages: `${SOURCES}MiB`,
            file: { access: 'mapped' },
            fill: true,
            thinkTime: '500us',
            accesses: 3000,
          },
        ],
      },
    },
    run: { sampleEvery: '500ms' },
  };
}

const nameOf = (threads: number, zswap: boolean) =>
  `${threads} threads, ${zswap ? 'zswap' : 'disk only'}`;

const scenarios: Record<string, ScenarioInput> = {};
for (const n of THREADS)
  for (const zswap of [false, true]) scenarios[nameOf(n, zswap)] = build(n, zswap);

const study: Study = {
  name: 'kernel-build-by-threads',
  title: 'A build by threads',
  argument:
    'While everything fits zswap does nothing. The more compilers share the RAM, the more of their pages go to disk and come back, and the more a compressed cache saves.',
  source:
    'Seth Jennings, zswap cover letters, December 2012 to April 2013 (T1): a kernel build on 4 cores with little RAM and swap on a disk, with 8 to 24 threads',
  method:
    'The same work split among 8 to 20 compilers of 2 MiB each, beside 6 MiB of sources, on 4 CPUs with 28 MiB for them and a hard disk. A compiler comes to another page every 50 µs, as one does that fills 80 MiB in a second; how much of its memory it uses at a time is an estimate too. Processes live as long as the build. The published zswap packed at most two pages into one (zbud); here it is zsmalloc. I/O leaves out the first read of the sources. The row of 24 threads (570 s, 267 s with zswap) is left out: there nearly all memory waits to be written, and reclaim, which the kernel would put to sleep (reclaim_throttle()), scans in vain.',
  scenarios,
  columns: [
    { key: 'threads', title: 'Threads', unit: 'count' },
    { key: 'zswap', title: 'zswap', unit: 'text' },
    { key: 'time', title: 'Build', unit: 'ns' },
    { key: 'io', title: 'I/O', unit: 'pages' },
    { key: 'files', title: 'Of which reads of files', unit: 'pages' },
    { key: 'publishedTime', title: 'Published build', unit: 'ns' },
    { key: 'publishedIo', title: 'Published I/O', unit: 'pages' },
  ],
  rows: (results) =>
    THREADS.flatMap((threads) =>
      [false, true].map((zswap): Row => {
        const result = resultOf(results, nameOf(threads, zswap));
        const published = PUBLISHED[threads] as readonly number[];
        const files = total(result, 'file_read') - SOURCES * 256;
        return {
          threads,
          zswap: zswap ? 'on' : 'off',
          time: result.simulatedNs,
          io: total(result, 'pswpin') + total(result, 'pswpout') + files,
          files,
          publishedTime: (published[zswap ? 1 : 0] as number) * 1e9,
          publishedIo: published[zswap ? 3 : 2] as number,
        };
      }),
    ),
  claims: [
    {
      statement: 'With 8 threads zswap makes no difference of more than 2 %.',
      recorded: 'holds',
      check: (rows) => {
        const saved = 1 - ratio(rows, 8, 'time');
        return { holds: Math.abs(saved) < 0.02, says: `${share(saved)} less time.` };
      },
    },
    {
      statement:
        'With 20 threads it saves 35 % of the time and 42 % of the I/O, give or take 30 % of that.',
      recorded: 'refuted',
      reason:
        'With 20 threads 46 MiB are in use, 18 more than there is RAM, and the pool itself takes up to 6 MiB. At 2.7 to 1 it holds some 19 MiB, so a part of what is swapped goes on to the disk as before. By how much the published build exceeded its RAM is not stated; from its figures, by less.',
      check: (rows) => {
        const time = 1 - ratio(rows, 20, 'time');
        const io = 1 - ratio(rows, 20, 'io');
        return {
          holds: within(time, 0.35) && within(io, 0.42),
          says: `${share(time)} of the time and ${share(io)} of the I/O.`,
        };
      },
    },
    {
      statement: 'It saves a larger part of the time with 20 threads than with 12 and 16.',
      recorded: 'refuted',
      reason:
        'It saves most where the pool just holds all that does not fit, here with 16 threads, and less when the pool is full. The published build never came to that point.',
      check: (rows) => {
        const saved = THREADS.map((n) => 1 - ratio(rows, n, 'time'));
        const [, at12, at16, at20] = saved as [number, number, number, number];
        return {
          holds: at20 > at16 && at20 > at12,
          says: `With ${THREADS.join(', ')} threads ${saved.map(share).join(', ')}.`,
        };
      },
    },
    {
      statement:
        'Without zswap 20 threads take 3.5 times as long as 8, give or take 30 %: more threads make the build slower.',
      recorded: 'refuted',
      reason:
        'The disk moves as many pages in a second as the published one, 500 to 600. But these compilers need two and a half times as many for a second of computing, 1700 against 670 (225 857 for the 107 s at 317 % that the build computes with 8 threads): they keep using all of their memory, and none exits.',
      check: (rows) => {
        const slower = at(rows, 20, 'off', 'time') / at(rows, 8, 'off', 'time');
        return { holds: within(slower, 371 / 107), says: `${times(slower)} as long.` };
      },
    },
    {
      statement:
        'Files make a larger part of the I/O with zswap, as its pool squeezes the page cache.',
      recorded: 'holds',
      check: (rows) => {
        const part = (zswap: string) => at(rows, 20, zswap, 'files') / at(rows, 20, zswap, 'io');
        return {
          holds: part('on') > part('off'),
          says: `With 20 threads ${share(part('off'))} without and ${share(part('on'))} with it.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Build', kind: 'line', x: 'threads', y: ['time'], by: 'zswap' },
    { title: 'I/O', kind: 'line', x: 'threads', y: ['io'], by: 'zswap' },
  ],
};

const at = (rows: readonly Row[], threads: number, zswap: string, key: string) =>
  cell(rowWhere(rows, { threads, zswap }), key);

/** A figure with zswap relative to the one without. */
const ratio = (rows: readonly Row[], threads: number, key: string) =>
  at(rows, threads, 'on', key) / at(rows, threads, 'off', key);

const within = (value: number, published: number) =>
  value > 0.7 * published && value < 1.3 * published;

export default study;
