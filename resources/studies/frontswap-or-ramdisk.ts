/** What a swapped page costs through frontswap, on RAM behind the block layer, and on a host's disk. */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, micros, resultOf, rowWhere, total } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const ROUNDS = 4;
const PAGES = 8192;

type Device = 'nvme' | 'pmem' | 'ramdisk' | 'host-cached';
type Frontswap = NonNullable<NonNullable<ScenarioInput['kernel']>['frontswap']>;

/** A guest writes to twice as many pages as it has frames, in turn; nothing is read ahead. */
const guest = (device: Device, frontswap: Frontswap = {}): ScenarioInput => ({
  machine: { memory: '64MiB' },
  kernel: { pageCluster: 0, frontswap },
  tiers: { swap: { kind: 'block', device, size: '64MiB' } },
  cgroups: {
    guest: {
      memory: { max: '16MiB' },
      workloads: [
        {
          name: 'writer',
          pattern: { kind: 'sequential' },
          pages: PAGES,
          writes: 100,
          contents: [{ class: 'incompressible', share: 100 }],
          accesses: ROUNDS * PAGES,
        },
      ],
    },
  },
});

const FREE = 'a store that costs nothing';
const SETUPS = {
  [FREE]: guest('nvme', { enabled: true, hypercall: '0', copy: '0' }),
  frontswap: guest('nvme', { enabled: true }),
  'RAM disk, request queue': guest('ramdisk'),
  'RAM disk, no queue': guest('pmem'),
  'host-cached disk': guest('host-cached'),
  'NVMe alone': guest('nvme'),
  'frontswap that refuses, NVMe': guest('nvme', { enabled: true, poolSize: '0' }),
};

const study: Study = {
  name: 'frontswap-or-ramdisk',
  title: 'frontswap or a RAM disk',
  argument:
    'frontswap calls the host inside the caller, without the block layer, so it should cost less than swap on a RAM disk or on a disk that the host caches. A host that refuses every page makes every call useless.',
  source: 'Discussion of frontswap, linux-mm, April 2010',
  method:
    'One guest writes in turn to twice as many pages as it has frames. The cost of a page is the run time above that of a store that costs nothing, by pages out and in. Calls, copies and devices are estimates: a hypercall takes 1.5 µs, a copy 0.5 µs, a block request 4.5 µs.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'cost', title: 'Cost of a page', unit: 'ns' },
    { key: 'moved', title: 'Pages out and in', unit: 'pages' },
    { key: 'refused', title: 'Refused puts', unit: 'pages' },
    { key: 'time', title: 'Run time', unit: 'ns' },
  ],
  rows: (results) => {
    const free = resultOf(results, FREE).simulatedNs;
    return Object.keys(SETUPS).map((setup) => {
      const result = resultOf(results, setup);
      const moved = ['frontswap_succ_stores', 'frontswap_loads', 'pswpout', 'pswpin']
        .map((name) => total(result, name))
        .reduce((a, b) => a + b);
      return {
        setup,
        cost: (result.simulatedNs - free) / moved,
        moved,
        refused: total(result, 'frontswap_failed_stores'),
        time: result.simulatedNs,
      };
    });
  },
  claims: [
    {
      statement: 'frontswap costs less than a RAM disk behind a request queue.',
      recorded: 'holds',
      check: (rows) => less(rows, 'frontswap', 'RAM disk, request queue'),
    },
    {
      statement: 'frontswap costs less than any RAM disk.',
      recorded: 'refuted',
      reason:
        'a RAM disk without a queue is served in the caller as well, and frontswap also pays a hypercall to invalidate each page whose slot is freed.',
      check: (rows) => less(rows, 'frontswap', 'RAM disk, no queue'),
    },
    {
      statement: 'frontswap costs less than a disk that the host caches.',
      recorded: 'holds',
      check: (rows) => less(rows, 'frontswap', 'host-cached disk'),
    },
    {
      statement: 'A host that refuses every page makes swap slower than the device alone.',
      recorded: 'holds',
      check: (rows) => less(rows, 'NVMe alone', 'frontswap that refuses, NVMe'),
    },
  ],
  charts: [{ title: 'Cost of a page', kind: 'bar', x: 'setup', y: ['cost'] }],
};

/** Whether a page costs less in the first setup than in the second. */
function less(rows: readonly Row[], first: string, second: string) {
  const [a, b] = [first, second].map((setup) => cell(rowWhere(rows, { setup }), 'cost'));
  return { holds: a! < b!, says: `${micros(a!)} with ${first}, ${micros(b!)} with ${second}.` };
}

export default study;
