/**
 * Options that few scenarios set, each drawn now and then, so that every option of the schema is
 * reached. Bounds keep a run of 2 s short: a device that takes a second for a page shows nothing.
 */
import fc from 'fast-check';
import { CODECS, COSTS, DEVICES, type ScenarioInput } from '../../../src/engine/scenario/index.ts';
import { VIRTUAL_SWAP } from '../../../src/engine/scenario/virtualPresets.ts';
import { traceOf } from './simulate.ts';

type Tier = NonNullable<ScenarioInput['tiers']>[string];
type Controller = NonNullable<ScenarioInput['controllers']>[number];
type Cgroup = NonNullable<ScenarioInput['cgroups']>[string];

/** Drawn one time in eight. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** A record of options, each of them rare. */
const rare = <T extends Record<string, fc.Arbitrary<unknown>>>(options: T) =>
  fc
    .record(Object.fromEntries(Object.entries(options).map(([name, each]) => [name, rarely(each)])))
    .map((drawn) =>
      Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)),
    );

const keysOf = (presets: object) => fc.constantFrom(...Object.keys(presets));
const codec = keysOf(CODECS);
const device = keysOf(DEVICES);
const cost = fc.constantFrom('0', '100ns', '2us');
const duration = fc.constantFrom('5us', '80us', '2ms');
const bytes = fc.constantFrom('64KiB', '1MiB', '4MiB');
const perPage = fc.constantFrom(0, 8, 48);

const kernel = rare({
  minFree: bytes,
  watermarkScaleFactor: fc.constantFrom(1, 100, 3000),
  statsReadEveryFaults: fc.constantFrom(1, 50),
  swapLruBytes: perPage,
});
const frontswap = rare({ compressor: codec, hostDisk: device, copy: cost, hypercall: cost });
const virtualSwap = rare({
  preset: keysOf(VIRTUAL_SWAP),
  descriptorBytes: perPage,
  reverseMapBytes: perPage,
  perSlotBytes: perPage,
  allocate: cost,
  lookup: cost,
  free: cost,
});
const zswap = rare({ compressor: codec });
const machine = rare({ disk: device, pageSize: fc.constant('64KiB') });
const costs = rare({
  preset: keysOf(COSTS),
  agePte: cost,
  ageFolio: cost,
  workerWake: cost,
  visitCgroup: cost,
});
const block = rare({
  device,
  readP50: duration,
  readP99: duration,
  writeP50: duration,
  writeP99: duration,
  sequential: duration,
  readBandwidth: fc.constantFrom('50MB', '3GB'),
  writeBandwidth: fc.constantFrom('50MB', '3GB'),
  rotational: fc.boolean(),
  synchronous: fc.boolean(),
  cpuPerPage: cost,
});
const link = rare({ cpuPerPage: cost });
const zram = rare({ codec, recompress: codec });
const backing = rare({ device });
const limits = rare({ min: bytes, low: bytes, high: bytes });
const anyController = rare({ cost });
const controllers = {
  senpai: rare({ memoryPressure: fc.constant(0.5), ioPressure: fc.constant(2) }),
  'senpai-limit': rare({
    max: bytes,
    maxProbe: fc.constantFrom(0, 0.5),
    maxBackoff: fc.constantFrom(0, 2),
    coeffProbe: fc.constant(3),
    coeffBackoff: fc.constant(3),
  }),
  'twice-cold': rare({ scanCost: cost, target: bytes }),
  'adaptive-writeback': rare({
    minStep: bytes,
    maxStep: fc.constant('16MiB'),
    grow: fc.constant(3),
    backOff: fc.constant(0.1),
  }),
  'g-swap': rare({ scanCost: cost, percentile: fc.constant(50), warmUp: fc.constant('3ms') }),
} as const;

/** What a workload with a trace replays. */
export const TRACE = 'walk.swtrace';
export const TRACES = {
  [TRACE]: traceOf(
    900,
    Array.from({ length: 3000 }, (_, i) => (i * 37) % 900),
    true,
  ),
};
const trace = rare({
  trace: rare({ repeat: fc.constantFrom(1, 3) }).map((more) => ({ file: TRACE, ...more })),
});

export const rarities = fc.record({
  name: fc.constantFrom('Drawn', 'Gezogen'),
  description: rarely(fc.constant('Drawn at random.')),
  kernel,
  frontswap,
  guest: rarely(bytes),
  virtualSwap,
  zswap,
  machine,
  costs,
  block,
  link,
  zram,
  backing,
  limits,
  recompress: rarely(fc.constant('huge_idle' as const)),
  anyController,
  controllers: fc.record(controllers),
  trace,
  childTrace: trace,
});

type Rarities = typeof rarities extends fc.Arbitrary<infer T> ? T : never;

/** The scenario with what was drawn beside it; the check may refuse what comes out. */
export function withRarities(input: ScenarioInput, drawn: Rarities): ScenarioInput {
  const { kernel: k = {}, machine: m = {} } = input;
  const guests = Object.entries(k.frontswap?.guests ?? {}).map(([name, guest]) => [
    name,
    drawn.guest === undefined ? guest : { ...guest, quota: drawn.guest },
  ]);
  return {
    ...input,
    name: drawn.name,
    ...(drawn.description === undefined ? {} : { description: drawn.description }),
    machine: { ...m, ...drawn.machine, costs: { ...m.costs, ...drawn.costs } },
    kernel: {
      ...k,
      ...drawn.kernel,
      zswap: { ...k.zswap, ...drawn.zswap },
      virtualSwap: { ...k.virtualSwap, ...drawn.virtualSwap },
      frontswap: {
        ...k.frontswap,
        ...drawn.frontswap,
        guests: Object.fromEntries(guests) as NonNullable<typeof k.frontswap>['guests'],
      },
    },
    links: mapValues(input.links ?? {}, (each) => ({ ...each, ...drawn.link })),
    tiers: mapValues(input.tiers ?? {}, (tier) => tierWith(tier, drawn)),
    cgroups: mapValues(input.cgroups ?? {}, (cgroup) => cgroupWith(cgroup, drawn.trace, drawn)),
    actions: (input.actions ?? []).map((action) => {
      if (action.do === 'set-limits') return { ...action, ...drawn.limits };
      const isRecompress = action.do === 'zram-recompress' && drawn.recompress !== undefined;
      return isRecompress ? { ...action, pages: drawn.recompress } : action;
    }),
    controllers: (input.controllers ?? []).map(
      (each) =>
        ({ ...each, ...drawn.anyController, ...drawn.controllers[each.kind] }) as Controller,
    ),
  };
}

const mapValues = <T>(record: Record<string, T>, change: (value: T) => T) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

function tierWith(tier: Tier, drawn: Rarities): Tier {
  if (tier.kind === 'block') return { ...tier, ...drawn.block } as Tier;
  const own = tier.backing && { backing: { ...tier.backing, ...drawn.backing } };
  return { ...tier, ...drawn.zram, ...own } as Tier;
}

/** A trace takes the place of the pattern of the first workload. */
function cgroupWith(cgroup: Cgroup, traced: Rarities['trace'], drawn: Rarities): Cgroup {
  const children = mapValues(cgroup.children ?? {}, (child) =>
    cgroupWith(child, drawn.childTrace, drawn),
  );
  const [first, ...others] = cgroup.workloads ?? [];
  if (!('trace' in traced) || !first || first.file) return { ...cgroup, children };
  const ownOfTraces = ['pattern', 'pages', 'writes', 'fill'];
  const rest = Object.fromEntries(
    Object.entries(first).filter(([name]) => !ownOfTraces.includes(name)),
  ) as typeof first;
  return { ...cgroup, children, workloads: [{ ...rest, ...traced }, ...others] };
}
