/** Programs in user space that steer a cgroup while a run goes: senpai and its kin (facts 8.4, 8.5). */
import { z } from 'zod';
import { Accepts, integer, limit, number, percent, size, text, time } from './fields.ts';

/** What all of them have; `interval` is between two calls. */
const common = (kind: string, interval: string) => ({
  cgroup: text(1024, {
    title: 'Control group',
    description: 'Path of the cgroup that it steers, such as "/web/api".',
  }),
  interval: time({ title: 'Interval', description: `Time between two calls of ${kind}.` }).prefault(
    interval,
  ),
  cost: time({
    title: 'Cost',
    description: 'CPU time of one call, without its writes; estimate.',
  }).prefault('100us'),
});

const kindOf = <const K extends string>(kind: K) =>
  z.literal(kind).meta({ title: 'Kind', description: 'Which controller.' });

const idleScan = {
  scanEvery: time({
    title: 'Scan every',
    description: 'Time between two scans of the accessed bits of the cgroup.',
  }).prefault('120s'),
  scanCost: time({
    title: 'Scan cost',
    description: 'CPU time for each page of a scan; estimate.',
  }).prefault('10ns'),
};

const senpai = z
  .strictObject({
    kind: kindOf('senpai'),
    ...common('senpai', '6s'),
    ratio: percent({
      title: 'Ratio',
      description: 'Share of memory.current that is reclaimed at no pressure.',
    }).default(0.05),
    memoryPressure: number(0.001, 100, {
      title: 'Memory pressure',
      description: 'Stalled share of the interval (some) at which reclaim ends.',
      unit: 'percent',
    }).default(0.1),
    ioPressure: number(0.001, 100, {
      title: 'I/O pressure',
      description: 'The same for I/O; estimate.',
      unit: 'percent',
    }).default(0.1),
    most: percent({
      title: 'Most',
      description: 'Most to reclaim at once, of memory.current.',
    }).default(1),
  })
  .meta({ title: 'Senpai', description: 'TMO: writes memory.reclaim by pressure.' });

const share = (title: string, description: string) => number(0, 10, { title, description });

const senpaiLimit = z
  .strictObject({
    kind: kindOf('senpai-limit'),
    ...common('senpai.py', '1s'),
    graceTicks: integer(0, 1000, {
      title: 'Grace',
      description: 'Calls to wait after a step before the next one down.',
    }).default(6),
    pressure: time({
      title: 'Pressure',
      description: 'Memory stall to aim at between two steps.',
    }).prefault('10ms'),
    min: size({ title: 'Lowest', description: 'Lowest memory.high.' }).prefault('100MiB'),
    max: size({ title: 'Highest', description: 'Highest memory.high.' }).prefault('100GiB'),
    maxProbe: share('Largest probe', 'Largest step down, of memory.high.').default(0.01),
    maxBackoff: share('Largest backoff', 'Largest step up, of memory.high.').default(1),
    coeffProbe: number(0.01, 1000, {
      title: 'Probe coefficient',
      description: 'How many times below the target the stall must be for the largest step down.',
    }).default(10),
    coeffBackoff: number(0.01, 1000, {
      title: 'Backoff coefficient',
      description: 'How many times above the target the stall must be for the largest step up.',
    }).default(20),
  })
  .meta({ title: 'senpai.py', description: 'The older form: finds a memory.high by pressure.' });

const twiceCold = z
  .strictObject({
    kind: kindOf('twice-cold'),
    ...common('the reclaimer', '60s'),
    ...idleScan,
    coldAfter: time({
      title: 'Cold after',
      description: 'Pages idle for so long are reclaimed; estimate.',
    }).prefault('240s'),
    twiceColdAfter: z
      .union([z.literal('never').transform(() => Infinity), time({ title: '', description: '' })])
      .meta({
        title: 'Twice cold after',
        description: 'Entries in zswap for so long are written back; estimate. Or "never".',
        unit: 'ns',
      })
      .prefault('600s'),
    target: limit({
      title: 'Target',
      description: 'memory.current below which nothing is reclaimed into zswap.',
    }).prefault('0B'),
  })
  .meta({ title: 'Twice cold', description: 'Two stages by age: RAM to zswap, zswap to disk.' });

const adaptiveWriteback = z
  .strictObject({
    kind: kindOf('adaptive-writeback'),
    ...common('the controller', '6s'),
    minStep: size({
      title: 'Least',
      description: 'Least to write back at once; estimate.',
    }).prefault('256KiB'),
    maxStep: size({
      title: 'Most',
      description: 'Most to write back at once; estimate.',
    }).prefault('64MiB'),
    grow: number(1, 100, {
      title: 'Grow',
      description: 'Factor of the step after a quiet interval; estimate.',
    }).default(1.5),
    backOff: number(0, 1, {
      title: 'Back off',
      description: 'Factor of the step after an interval with too much I/O; estimate.',
    }).default(0.5),
    swapIns: number(0, 1e9, {
      title: 'Swap-ins',
      description: 'Pages read from swap devices in a second that are too many; estimate.',
    }).default(10),
    ioPressure: percent({
      title: 'I/O pressure',
      description: 'Stalled share of the interval (some) that is too much; estimate.',
    }).default(0.1),
  })
  .meta({
    title: 'Adaptive writeback',
    description: 'Writes zswap back by disk swap-ins and I/O pressure.',
  });

const gSwap = z
  .strictObject({
    kind: kindOf('g-swap'),
    ...common('g-swap', '60s'),
    ...idleScan,
    promotionRate: percent({
      title: 'Promotion rate',
      description: 'Most of the working set that may be wanted back in a minute.',
    }).default(0.2),
    percentile: percent({
      title: 'Percentile',
      description: 'Percentile of the best ages so far that the threshold is not below.',
    }).default(98),
    warmUp: time({
      title: 'Warm-up',
      description: 'Time before which nothing is reclaimed; the fleet tunes it.',
    }).prefault('0'),
  })
  .meta({ title: 'g-swap', description: 'SDFM: a cold age by promotion rate.' });

const KINDS = [senpai, senpaiLimit, twiceCold, adaptiveWriteback, gSwap] as const;

export const controller = z.discriminatedUnion('kind', KINDS, {
  error: Accepts.text(
    `a controller of kind ${KINDS.map(({ shape }) => `"${shape.kind.value}"`).join(', ')}`,
  ),
});
