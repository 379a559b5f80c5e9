/** What a swapped page costs through frontswap, on RAM behind the block layer, and on a host's disk. */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { cell, micros, resultOf, rowWhere, total, whole } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const ROUNDS = 4;
const PAGES = 8192;

type Device = 'nvme' | 'pmem' | 'ramdisk' | 'host-cached';
type Tier = { device: Device; synchronous?: boolean };
type Frontswap = NonNullable<NonNullable<ScenarioInput['kernel']>['frontswap']>;

/** A guest writes to twice as many pages as it has frames, in turn; nothing is read ahead. */
const guest = (tier: Device | Tier, frontswap: Frontswap = {}): ScenarioInput => ({
  machine: { memory: '64MiB' },
  kernel: { pageCluster: 0, frontswap },
  tiers: {
    swap: { kind: 'block', size: '64MiB', ...(typeof tier === 'string' ? { device: tier } : tier) },
  },
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
  'RAM disk, asynchronous': guest({ device: 'ramdisk', synchronous: false }),
  'RAM disk, no queue': guest('pmem'),
  'host-cached disk': guest('host-cached'),
  'NVMe alone': guest('nvme'),
  'frontswap that refuses, NVMe': guest('nvme', { enabled: true, poolSize: '0' }),
  'frontswap, full and refusing': guest('nvme', { enabled: true, poolSize: '8MiB' }),
  'frontswap, full, host pages': guest('nvme', {
    enabled: true,
    poolSize: '8MiB',
    whenFull: 'disk',
    hostDisk: 'nvme',
  }),
};

const study: Study = {
  name: 'frontswap-or-ramdisk',
  title: 'frontswap or a RAM disk',
  argument:
    'frontswap calls the host inside the caller, without the block layer, so it should cost less than swap on a RAM disk or on a disk that the host caches. A host that refuses every page makes every call useless.',
  source: 'Discussion of frontswap, linux-mm, April 2010',
  method:
    'One guest writes in turn to twice as many pages as it has frames. The cost of a page is the run time above that of a store that costs nothing, by pages out and in. Calls, copies and devices are estimates: a hypercall takes 1.5 µs, a copy 0.5 µs, a block request 4.5 µs. A full pool has room for half of the pages that are out.',
  scenarios: SETUPS,
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'cost', title: 'Cost of a page', unit: 'ns' },
    { key: 'moved', title: 'Pages out and in', unit: 'pages' },
    { key: 'refused', title: 'Refused puts', unit: 'pages' },
    { key: 'own', title: 'I/O of its own', unit: 'pages' },
    { key: 'host', title: 'I/O of the host', unit: 'pages' },
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
        own: total(result, 'pswpin') + total(result, 'pswpout'),
        host: total(result, 'host_disk_read') + total(result, 'host_disk_write'),
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
    {
      statement: 'The same RAM disk costs more when it is called asynchronously.',
      recorded: 'refuted',
      reason:
        'its writes become larger requests, which share the cost of the block layer, and are made while the task goes on. That saves more than sleeping for each read costs.',
      check: (rows) => less(rows, 'RAM disk, request queue', 'RAM disk, asynchronous'),
    },
    {
      statement:
        'With the same kind of disk, a host that never refuses and pages by itself costs less than one that refuses what its pool cannot take.',
      recorded: 'refuted',
      reason:
        'the guest goes through its pages in turn, and the host writes out the oldest, which is the one that comes next: every get waits for the disk. A host that refuses keeps what it has, and half of the gets stay in RAM.',
      check: (rows) => less(rows, 'frontswap, full, host pages', 'frontswap, full and refusing'),
    },
    {
      statement: 'A host that pages by itself does no less I/O than its guest would.',
      recorded: 'holds',
      check: (rows) => {
        const host = cell(rowWhere(rows, { setup: 'frontswap, full, host pages' }), 'host');
        const own = cell(rowWhere(rows, { setup: 'frontswap, full and refusing' }), 'own');
        return { holds: host >= own, says: `${whole(host)} pages against ${whole(own)}.` };
      },
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
