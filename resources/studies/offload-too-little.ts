/** Swappiness from 0 to 200 where idle anonymous memory and a busy page cache share RAM (facts 1.2). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, resultOf, rowWhere, share, times, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const SWAPPINESS = [0, 10, 60, 100, 200];

function machine(swappiness: number, swap: boolean): ScenarioInput {
  return {
    machine: { memory: '64MiB', cpus: 2, disk: 'nvme' },
    kernel: { swappiness, statsFlush: '0' },
    tiers: swap ? { ssd: { kind: 'block', device: 'nvme', size: '128MiB' } } : {},
    cgroups: {
      heap: {
        workloads: [
          {
            name: 'application',
            pattern: { kind: 'hotcold', hot: 30, hotAccesses: 99.9 },
            pages: '40MiB',
            fill: true,
            writes: 30,
            thinkTime: '1us',
          },
        ],
      },
      files: {
        workloads: [
          {
            name: 'reader',
            pattern: { kind: 'zipf', exponent: 0.8 },
            pages: '48MiB',
            file: { access: 'read' },
            thinkTime: '1us',
            start: '200ms',
          },
        ],
      },
    },
    run: { duration: '8s', sampleEvery: '50ms' },
  };
}

const SETUPS: Readonly<Record<string, ScenarioInput>> = {
  'no swap': machine(60, false),
  ...Object.fromEntries(SWAPPINESS.map((s) => [`swappiness ${s}`, machine(s, true)])),
};

const study: Study = {
  name: 'offload-too-little',
  title: 'Swapping too little',
  argument:
    'Memory that nobody uses is best swapped out, because what it takes is missing in the page cache. Who fears swap and turns it off, or down, pays with reads of files.',
  source:
    'Johannes Weiner, "mm: balance LRU lists based on relative thrashing", linux-mm, May 2020; the meaning of vm.swappiness as the relative cost of I/O for swap and files',
  method:
    'An application with 40 MiB, of which 12 MiB are hot, and a reader of 48 MiB of files share 64 MiB of RAM; files and swap are on SSDs of the same class. The two are measured apart, over the same eight seconds.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'application', title: 'Accesses of the application', unit: 'count' },
    { key: 'reader', title: 'Reads of the reader', unit: 'count' },
    { key: 'missed', title: 'Pages read from files', unit: 'pages' },
    { key: 'pswpin', title: 'pswpin', unit: 'pages' },
    { key: 'pswpout', title: 'pswpout', unit: 'pages' },
  ],
  rows: (results) =>
    Object.keys(SETUPS).map((setup): Row => {
      const result = resultOf(results, setup);
      return {
        setup,
        application: total(result, 'accesses', 'cgroup:/heap'),
        reader: total(result, 'accesses', 'cgroup:/files'),
        missed: total(result, 'file_read'),
        pswpin: total(result, 'pswpin'),
        pswpout: total(result, 'pswpout'),
      };
    }),
  claims: [
    {
      statement: 'Without swap the reader gets less than half done of what it does at 60.',
      recorded: 'holds',
      check: (rows) => {
        const ratio = of(rows, 'no swap', 'reader') / of(rows, 'swappiness 60', 'reader');
        return { holds: ratio < 0.5, says: `It does ${share(ratio)} of that.` };
      },
    },
    {
      statement: 'Swap that is not used is no better: a swappiness of 0 is within 10 % of no swap.',
      recorded: 'holds',
      check: (rows) => {
        const ratio = of(rows, 'swappiness 0', 'reader') / of(rows, 'no swap', 'reader');
        return {
          holds: ratio > 0.9 && ratio < 1.1,
          says: `The reader does ${times(ratio)} as much.`,
        };
      },
    },
    {
      statement: 'What the reader gains costs the application less than 5 % at a swappiness of 60.',
      recorded: 'refuted',
      reason:
        'One access in a thousand goes to a cold page, and reading that from the SSD takes about a hundred times as long as an access, so idle is not the same as free: up to a tenth of the time is at stake, and most of it is lost as soon as most of the cold pages are out.',
      check: (rows) => {
        const lost =
          1 - of(rows, 'swappiness 60', 'application') / of(rows, 'no swap', 'application');
        return { holds: lost < 0.05, says: `It does ${share(lost)} less.` };
      },
    },
    {
      statement: 'The more swappiness, the more the reader does, from 0 to 200.',
      recorded: 'holds',
      check: (rows) => {
        const done = SWAPPINESS.map((s) => of(rows, `swappiness ${s}`, 'reader'));
        return {
          holds: done.every((n, i) => i === 0 || n >= (done[i - 1] as number)),
          says: `${done.join(', ')} reads.`,
        };
      },
    },
    {
      statement: 'At 200 the application pays: it does at least 10 % less than at 60.',
      recorded: 'refuted',
      reason:
        'At 60 nearly all cold pages are out already, and the accessed bits of the hot ones keep those in at any swappiness. There is little more to lose.',
      check: (rows) => {
        const lost =
          1 - of(rows, 'swappiness 200', 'application') / of(rows, 'swappiness 60', 'application');
        return { holds: lost >= 0.1, says: `It does ${share(lost)} less.` };
      },
    },
  ],
  charts: [
    { title: 'Reads of the reader', kind: 'bar', x: 'setup', y: ['reader'] },
    { title: 'Accesses of the application', kind: 'bar', x: 'setup', y: ['application'] },
    { title: 'I/O', kind: 'bar', x: 'setup', y: ['missed', 'pswpin', 'pswpout'] },
  ],
};

const of = (rows: readonly Row[], setup: string, key: string) =>
  cell(rowWhere(rows, { setup }), key);

export default study;
