/** What tells a reclaimer that it has gone far enough: pressure, or how many pages come back (facts 8.4, 8.5; T18). */
import type { RunResult } from '../../src/engine/result.ts';
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import {
  cell,
  mebibytes,
  resultOf,
  rowWhere,
  share,
  times,
  total,
} from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

type Controller = NonNullable<ScenarioInput['controllers']>[number];
type Device = 'emmc' | 'nvme';

const SENPAI: Controller = {
  kind: 'senpai',
  cgroup: '/app',
  interval: '100ms',
  ratio: 0.05,
  memoryPressure: 1,
  ioPressure: 1,
};

/** A second stands for a minute: 0.2 % of the working set a minute is 12 % a second's worth of minutes. */
const G_SWAP: Controller = {
  kind: 'g-swap',
  cgroup: '/app',
  interval: '1s',
  scanEvery: '2s',
  promotionRate: 12,
};

const CONTROLLERS = { none: [], senpai: [SENPAI], 'g-swap': [G_SWAP] };
type Name = keyof typeof CONTROLLERS;
const NAMES = Object.keys(CONTROLLERS) as Name[];
const DEVICES: Record<Device, string> = { emmc: 'slow', nvme: 'fast' };

function machine(controller: Name, device: Device): ScenarioInput {
  return {
    machine: { memory: '128MiB', cpus: 2 },
    kernel: { pageCluster: 0, statsFlush: '0' },
    tiers: { ssd: { kind: 'block', device, size: '128MiB' } },
    cgroups: {
      app: {
        workloads: [
          {
            name: 'service',
            pattern: { kind: 'zipf', exponent: 1.1 },
            pages: '64MiB',
            fill: true,
            thinkTime: '100us',
          },
        ],
      },
    },
    controllers: CONTROLLERS[controller],
    run: { duration: '120s', sampleEvery: '1s' },
  };
}

const nameOf = (controller: Name, device: Device) => `${controller}, ${DEVICES[device]} SSD`;
const EACH = NAMES.flatMap((controller) =>
  (['emmc', 'nvme'] as const).map((device) => ({ controller, device })),
);

const study: Study = {
  name: 'senpai-or-threshold',
  title: 'Pressure or promotions',
  argument:
    'A target for how many pages may come back treats every device alike, although what a page costs that comes back depends on the device. Pressure measures the cost itself, so that a faster device is used for more pages while the application does no worse.',
  source:
    'Weiner and others, TMO, ASPLOS 2022, figure 12 as reported in notes on it (T18): the faster SSD has the higher promotion rate and the better performance. g-swap: Lagar-Cavilla and others, ASPLOS 2019',
  method:
    'A service with Zipf access to 64 MiB, a controller on its cgroup, and swap on eMMC or NVMe, for two minutes. Time is compressed: a second stands for a minute, so senpai runs every 100 ms for 6 s with its ratio, and g-swap allows 60 times 0.2 % of the working set a minute. Pages come back that much more often, so senpai stops at 1 % of pressure, not 0.1 %: an estimate.',
  scenarios: Object.fromEntries(
    EACH.map(({ controller, device }) => [nameOf(controller, device), machine(controller, device)]),
  ),
  columns: [
    { key: 'controller', title: 'Controller', unit: 'text' },
    { key: 'ssd', title: 'SSD', unit: 'text' },
    { key: 'accesses', title: 'Accesses', unit: 'count' },
    { key: 'promotions', title: 'pswpin', unit: 'pages' },
    { key: 'saved', title: 'Memory saved, second minute', unit: 'bytes' },
    { key: 'io', title: 'I/O pressure (some)', unit: 'ns' },
  ],
  rows: (results) =>
    EACH.map(({ controller, device }): Row => {
      const result = resultOf(results, nameOf(controller, device));
      const whole = used(resultOf(results, nameOf('none', device)));
      return {
        controller,
        ssd: DEVICES[device],
        accesses: total(result, 'accesses'),
        promotions: total(result, 'pswpin'),
        saved: whole - used(result),
        io: total(result, 'psi_io_some', 'cgroup:/app'),
      };
    }),
  claims: [
    {
      statement:
        'Under senpai the faster SSD has the higher promotion rate, by half or more, and the application does no less on it.',
      recorded: 'holds',
      check: (rows) => {
        const [slow, fast] = pair(rows, 'senpai');
        const more = cell(fast, 'promotions') / cell(slow, 'promotions');
        const work = cell(fast, 'accesses') / cell(slow, 'accesses');
        return {
          holds: more >= 1.5 && work >= 1,
          says: `${times(more)} the promotions and ${work.toFixed(4)} times the accesses.`,
        };
      },
    },
    {
      statement: 'Senpai saves more memory on the faster SSD.',
      recorded: 'holds',
      check: (rows) => compareSaved(rows, 'senpai', (slow, fast) => fast > slow),
    },
    {
      statement: 'g-swap saves the same on both, within 5 %, as it does not see what they cost.',
      recorded: 'refuted',
      reason:
        'Both are little, and near each other; but a service that waits for a slow SSD also uses its other pages less often, so they look colder and more of them go. Seen by age, a device makes its own cold pages.',
      check: (rows) =>
        compareSaved(rows, 'g-swap', (slow, fast) => Math.abs(fast - slow) <= 0.05 * fast),
    },
    {
      statement:
        'So the slower SSD costs the application at least twice as much of its work under g-swap; under senpai less than 1.5 times as much.',
      recorded: 'refuted',
      reason:
        'It does cost g-swap more than twice as much. But senpai only stops to ask for more when pressure is too high: what is out by then still comes back, each page at the price of the device, and the tail of eMMC is long. It loses half of what g-swap does there.',
      check: (rows) => {
        const [free, freeFast] = pair(rows, 'none');
        const loss = (name: Name) => {
          const [slow, fast] = pair(rows, name);
          const of = (row: Row, none: Row) => 1 - cell(row, 'accesses') / cell(none, 'accesses');
          return [of(slow, free), of(fast, freeFast)] as const;
        };
        const [gSlow, gFast] = loss('g-swap');
        const [sSlow, sFast] = loss('senpai');
        return {
          holds: gSlow >= 2 * gFast && sSlow < 1.5 * sFast,
          says: `g-swap: ${share(gSlow)} and ${share(gFast)}; senpai: ${share(sSlow)} and ${share(sFast)}.`,
        };
      },
    },
  ],
  charts: [
    { title: 'Promotions', kind: 'bar', x: 'controller', y: ['promotions'], by: 'ssd' },
    { title: 'Memory saved', kind: 'bar', x: 'controller', y: ['saved'], by: 'ssd' },
    { title: 'I/O pressure', kind: 'bar', x: 'controller', y: ['io'], by: 'ssd' },
  ],
};

/** Mean of memory.current over the second half of a run, bytes. */
function used({ series }: RunResult): number {
  const column = series.columns.find(
    ({ scope, metric }) => scope === 'cgroup:/app' && metric === 'memory_current',
  );
  const values = column?.values.slice(Math.floor(series.timeNs.length / 2)) ?? [];
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The rows of a controller on the slow and the fast SSD. */
const pair = (rows: readonly Row[], controller: Name) =>
  ['slow', 'fast'].map((ssd) => rowWhere(rows, { controller, ssd })) as [Row, Row];

function compareSaved(
  rows: readonly Row[],
  controller: Name,
  test: (slow: number, fast: number) => boolean,
) {
  const [slow, fast] = pair(rows, controller).map((row) => cell(row, 'saved')) as [number, number];
  return {
    holds: test(slow, fast),
    says: `${mebibytes(slow)} on the slow one, ${mebibytes(fast)} on the fast one.`,
  };
}

export default study;
