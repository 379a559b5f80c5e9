/** Readahead on zswap, zram and an SSD, by access pattern (facts T6 and 2.5). */
import type { RunResult } from '../../src/engine/result.ts';
import {
  between,
  cell,
  mean,
  micros,
  peak,
  percentile,
  resultOf,
  rowWhere,
  short,
  times,
  total,
  whole,
} from '../../src/studies/measure.ts';
import type { Finding, Row, Study } from '../../src/studies/study.ts';
import {
  BACKENDS,
  BY_CODEC,
  CLUSTERS,
  CODECS,
  codecName,
  MAPPED,
  mapName,
  nameOf,
  PATTERNS,
  scenarios,
  T6,
  T6_LATENCY,
  type Backend,
  type Mapped,
  type Pattern,
} from './parts/readahead.ts';

const SECOND = 1e9;

const study: Study = {
  name: 'readahead-on-fast-swap',
  title: 'Readahead on fast swap',
  argument:
    'Readahead pays where a device answers slowly and serves neighbours cheaply. Compressed RAM does neither, so page_cluster belongs at 0 there. Behind descriptors, reading ahead by slot needs a way back from each slot, which only rotating disks should be worth.',
  source:
    'zram page-cluster benchmark by u/VenditatioDelendaEst (table T6); swap abstraction proposal, linux-mm, February 2023, for the reverse map',
  method:
    'A process reads 32 MiB in 16 MiB of RAM, in order or at random, from zswap, from zram and from a SATA SSD, at each page_cluster, in order also with each codec of T6. The compressed pool is not charged (cgroup v1), so that all have the same RAM. The last six read in order from an SSD and from a disk behind descriptors, with and without a reverse map, from the disk also beside a process that reads other pages at random. Their throughput is that of the one reader after the first second.',
  scenarios,
  columns: [
    { key: 'backend', title: 'Swap', unit: 'text' },
    { key: 'pattern', title: 'Access', unit: 'text' },
    { key: 'setup', title: 'Swap and access', unit: 'text' },
    { key: 'cluster', title: 'page_cluster', unit: 'count' },
    { key: 'throughput', title: 'Throughput', unit: 'per second' },
    { key: 'major', title: 'pgmajfault', unit: 'count' },
    { key: 'p50', title: 'Fault p50', unit: 'ns' },
    { key: 'p99', title: 'Fault p99', unit: 'ns' },
    { key: 'served', title: 'Mean fault that swap served', unit: 'ns' },
    { key: 'ahead', title: 'swap_ra', unit: 'pages' },
    { key: 'hits', title: 'swap_ra_hit', unit: 'pages' },
    { key: 'metadata', title: 'Swap metadata, most', unit: 'bytes' },
    { key: 'scanned', title: 'pgscan_anon per fault', unit: 'ratio' },
  ],
  rows: (results) =>
    BACKENDS.flatMap((backend) =>
      PATTERNS.flatMap((pattern) =>
        CLUSTERS.map((cluster): Row => {
          const result = resultOf(results, nameOf(backend, pattern, cluster));
          return {
            backend,
            pattern,
            setup: `${backend}, ${pattern}`,
            cluster,
            ...figuresOf(result),
          };
        }),
      ),
    ).concat(
      BY_CODEC.map(({ backend, codec, cluster }): Row => {
        const setup = codecName(backend, codec, cluster);
        const row = { backend: setup, pattern: 'sequential', setup, cluster };
        return { ...row, ...figuresOf(resultOf(results, setup)) };
      }),
      MAPPED.flatMap((from) =>
        [true, false].map((reverseMap): Row => {
          const setup = mapName(from, reverseMap);
          return {
            backend: setup,
            pattern: 'sequential',
            setup,
            cluster: 3,
            ...figuresOf(resultOf(results, setup)),
            throughput: afterFill(resultOf(results, setup)),
          };
        }),
      ),
    ),
  claims: [
    {
      statement:
        'On an SSD, readahead at the default page_cluster of 3 more than doubles sequential throughput.',
      recorded: 'holds',
      check: (rows) => {
        const gain = gainOf(rows, 'ssd', 'sequential');
        return { holds: gain > 2, says: `It is ${times(gain)} as high.` };
      },
    },
    {
      statement:
        'On zram page_cluster 3 gives 1.35 times the sequential throughput with lz4 and lzo, 1.15 times with zstd, and takes 5 times as long for a fault, as T6 found.',
      recorded: 'refuted',
      reason:
        'A synchronous device is read page by page: do_swap_page() reads ahead on zram only where several processes share the page, since 4.15. What T6 measured goes through the block layer, outside of this path.',
      check: (rows) => t6(rows, 'zram', 'throughput', 'latency'),
    },
    {
      statement:
        'On zswap, which does read ahead, a fault takes at least 5 times as long, as T6 found for zram with each codec.',
      recorded: 'holds',
      check: (rows) => t6(rows, 'zswap', 'latency'),
    },
    {
      statement:
        'There it also gives the throughput that T6 found: 1.35 times with lz4 and lzo, 1.15 times with zstd.',
      recorded: 'refuted',
      reason:
        'Only the software of a major fault is saved. Each page that was read ahead is still decompressed, mapped by a fault that finds it in the swap cache, and another page is compressed to make room. T6 gives requests: by its own table eight pages at once take 10.7 µs with lz4 instead of eight times 1.7, which is 1.28 times and not 1.35.',
      check: (rows) => t6(rows, 'zswap', 'throughput'),
    },
    {
      statement:
        'With random access on zswap, readahead costs more than a tenth of the throughput.',
      recorded: 'holds',
      check: (rows) => {
        const gain = gainOf(rows, 'zswap', 'random');
        const row = rowWhere(rows, { backend: 'zswap', pattern: 'random', cluster: 3 });
        return {
          holds: gain < 0.9,
          says: `It falls to ${short(gain * 100)} %, with a p99 of ${micros(cell(row, 'p99'))} and ${whole(cell(row, 'scanned'))} pages scanned for each fault: what zswap has read ahead is dirty and not yet mapped, and pageout() since 6.16 writes only what is anonymous or shmem, so it stays in RAM until it is used.`,
        };
      },
    },
    {
      statement:
        'Without a reverse map a disk loses its readahead, and with it more than half of the sequential throughput.',
      recorded: 'refuted',
      reason:
        'Pages that left in order lie in order on the disk, and a read that continues the last one needs no seek: readahead then saves only the software of each fault.',
      check: (rows) => lossWithoutMap(rows, 'hdd'),
    },
    {
      statement: 'It does lose more than half where the reads of others make the disk seek.',
      recorded: 'holds',
      check: (rows) => lossWithoutMap(rows, 'hdd, beside random reads'),
    },
    {
      statement:
        'On an SSD, which is read ahead by address, doing without it saves RAM and costs nothing.',
      recorded: 'holds',
      check: (rows) => {
        const [kept, none] = [true, false].map((map) =>
          rowWhere(rows, { setup: mapName('ssd', map) }),
        );
        return {
          holds:
            cell(none, 'throughput') >= cell(kept, 'throughput') &&
            cell(none, 'metadata') < cell(kept, 'metadata'),
          says: `${whole(cell(none, 'throughput'))} and ${whole(cell(kept, 'throughput'))} accesses a second, with ${whole(cell(none, 'metadata'))} and ${whole(cell(kept, 'metadata'))} bytes.`,
        };
      },
    },
  ],
  charts: [
    {
      title: 'Throughput in order, page_cluster 3',
      kind: 'bar',
      x: 'setup',
      y: ['throughput'],
      where: { pattern: 'sequential', cluster: 3 },
      log: true,
    },
    { title: 'Throughput', kind: 'line', x: 'cluster', y: ['throughput'], by: 'setup', log: true },
    { title: 'Fault latency, p99', kind: 'line', x: 'cluster', y: ['p99'], by: 'setup', log: true },
  ],
};

function figuresOf(result: RunResult) {
  return {
    throughput: total(result, 'throughput'),
    major: total(result, 'pgmajfault'),
    p50: percentile(result, 'p50'),
    p99: percentile(result, 'p99'),
    served: servedMean(result),
    ahead: total(result, 'swap_ra'),
    hits: total(result, 'swap_ra_hit'),
    metadata: peak(result, 'metadata', 'machine'),
    scanned: total(result, 'pgscan_anon') / total(result, 'pgfault'),
  };
}

/** Mean of the faults that zswap or the device served, ns. */
function servedMean(result: RunResult): number | null {
  const zswap = mean(result, 'fault_latency_zswap', 'tier:zswap');
  return zswap || mean(result, 'fault_latency_device', 'tier:swap') || null;
}

/** Whether every codec gains, and pays, what T6 says of page_cluster 3 beside 0. */
function t6(
  rows: readonly Row[],
  backend: 'zswap' | 'zram',
  ...figures: ('throughput' | 'latency')[]
): Finding {
  const found = CODECS.map((codec) => {
    const [off, on] = [0, 3].map((cluster) =>
      rowWhere(rows, { setup: codecName(backend, codec, cluster) }),
    );
    const throughput = cell(on, 'throughput') / cell(off, 'throughput');
    const latency = cell(on, 'served') / cell(off, 'served');
    const enough = { throughput: throughput >= T6[codec], latency: latency >= T6_LATENCY };
    return { codec, throughput, latency, enough };
  });
  return {
    holds: found.every(({ enough }) => figures.every((figure) => enough[figure])),
    says: found
      .map(
        (f) => `${f.codec}: ${figures.map((name) => `${times(f[name])} the ${name}`).join(', ')}`,
      )
      .join('; '),
  };
}

/** Accesses a second of the reader after the first second, in which it fills its memory. */
function afterFill(result: RunResult): number {
  const { simulatedNs } = result;
  const made = between(result, 'accesses', 'cgroup:/app', SECOND, simulatedNs);
  return (made * SECOND) / (simulatedNs - SECOND);
}

const of = (rows: readonly Row[], setup: string, key: string) =>
  cell(rowWhere(rows, { setup }), key);

function lossWithoutMap(rows: readonly Row[], from: Mapped): Finding {
  const kept = mapName(from, true);
  const none = mapName(from, false);
  const part = of(rows, none, 'throughput') / of(rows, kept, 'throughput');
  return {
    holds: part < 0.5,
    says: `${whole(part * 100)} % is left, with ${whole(of(rows, none, 'ahead'))} pages read ahead instead of ${whole(of(rows, kept, 'ahead'))}.`,
  };
}

/** Throughput at page_cluster 3 over that at 0. */
const gainOf = (rows: readonly Row[], backend: Backend, pattern: Pattern) =>
  cell(rowWhere(rows, { backend, pattern, cluster: 3 }), 'throughput') /
  cell(rowWhere(rows, { backend, pattern, cluster: 0 }), 'throughput');

export default study;
