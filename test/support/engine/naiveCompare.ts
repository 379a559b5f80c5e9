/** The engine beside the naive model of reclaim, access by access: the first operation at which they differ. */
import { DEVICE, PRESENT, SWAPCACHE, ZERO, ZSWAP } from '../../../src/engine/memory/pages.ts';
import type { Kernel } from '../../../src/engine/kernel.ts';
import { C } from '../../../src/engine/metrics/counters.ts';
import type { ScenarioInput } from '../../../src/engine/scenario/schema.ts';
import { COUNTED, type NaivePage, type NaiveSettings } from './naivePages.ts';
import { NaiveReclaim } from './naiveReclaim.ts';
import { simulate } from './simulate.ts';

export interface NaiveCase extends Omit<NaiveSettings, 'bytes'> {
  accesses: readonly { page: number; write: boolean }[];
  seed: number;
}

export interface Comparison {
  /** What differs and after which access; nothing when all is the same. */
  difference: string | null;
  model: NaiveReclaim;
}

const PAGE_BYTES = 4096;

function scenarioOf(c: NaiveCase): ScenarioInput {
  const size = c.slots * PAGE_BYTES;
  return {
    machine: { memory: '1GiB', cpus: 1 },
    kernel: {
      statsFlush: '0',
      pageCluster: 0,
      swappiness: c.swappiness,
      swapSpace: 'reserved',
      zswap: { enabled: c.device === 'zswap', shrinker: 'none' },
    },
    tiers:
      c.device === 'zram'
        ? { swap: { kind: 'zram', codec: 'lzo', size } }
        : { swap: { kind: 'block', device: 'nvme', size } },
    cgroups: {
      a: {
        memory: {
          max: c.memoryMax * PAGE_BYTES,
          swap: { max: c.swapMax === Infinity ? 'max' : c.swapMax * PAGE_BYTES },
          zswap: { writeback: c.writeback },
        },
        workloads: [
          {
            name: 'w',
            trace: { file: 't' },
            rewrites: 0,
            // Longer than any slice of the scheduler, so that each makes one access.
            thinkTime: '10ms',
            contents: [
              { class: 'zero', share: 15 },
              { class: 'incompressible', share: 15 },
              { class: 'compressible', share: 70, ratio: 3, sigma: 0.5 },
            ],
          },
        ],
      },
    },
    run: { seed: c.seed, accesses: c.accesses.length },
  };
}

/** Where a page is: in RAM or not, mapped or not, its slot, and its data apart from RAM. */
interface Place {
  inRam: boolean;
  mapped: boolean;
  slot: number;
  copy: NaivePage['copy'];
}

const COPIES: Record<number, NaivePage['copy']> = {
  [ZERO]: 'zero',
  [ZSWAP]: 'zswap',
  [DEVICE]: 'device',
};

function engineSays({ pages }: Kernel, page: number): Place {
  const flags = pages.flags[page]!;
  return {
    inRam: (flags & (PRESENT | SWAPCACHE)) !== 0,
    mapped: (flags & PRESENT) !== 0,
    slot: pages.slot(page),
    copy: COPIES[pages.where(page)] ?? null,
  };
}

function modelSays({ folio, slot, copy }: NaivePage): Place {
  return { inRam: folio !== null, mapped: folio?.mapped === true, slot: slot ?? -1, copy };
}

const sameNumbers = (a: number[], b: number[]) =>
  a.length === b.length && a.every((each, i) => each === b[i]);

const samePlace = (a: Place, b: Place) =>
  a.inRam === b.inRam && a.mapped === b.mapped && a.slot === b.slot && a.copy === b.copy;

function firstDifference(k: Kernel, model: NaiveReclaim): string | null {
  const memcg = k.memcgs[1]!;
  const differ = (what: string, engine: unknown, naive: unknown) =>
    `${what}: engine ${JSON.stringify(engine)}, model ${JSON.stringify(naive)}`;
  for (const name of COUNTED) {
    const engine = memcg.counters[C[name]];
    if (engine !== model.counters[name]) return differ(name, engine, model.counters[name]);
  }
  const lists = model.lists();
  for (const name of ['active', 'inactive'] as const) {
    const engine = [...memcg.anon[name].pages()];
    if (!sameNumbers(engine, lists[name]))
      return differ(`${name} list from its head`, engine, lists[name]);
  }
  for (const page of model.pages) {
    const engine = engineSays(k, page.index);
    const naive = modelSays(page);
    if (!samePlace(engine, naive)) return differ(`page ${page.index}`, engine, naive);
  }
  return null;
}

export function compareWithNaive(c: NaiveCase): Comparison {
  const accesses = Uint32Array.from(c.accesses, ({ page, write }) => page + (write ? 2 ** 31 : 0));
  const trace = { accesses, pages: c.pages, regions: [{ start: 0, pages: c.pages }] };
  const simulation = simulate(scenarioOf(c), { t: trace });
  const k = simulation.kernel;
  // The contents are drawn at the first touch. They are an input of both.
  const bytes = (page: number) =>
    k.pages.content(page) === 0 ? 0 : (k.zswap?.codec.size(page) ?? PAGE_BYTES);
  const model = new NaiveReclaim({ ...c, bytes });
  const { counters } = k.memcgs[1]!;
  for (const [i, { page, write }] of c.accesses.entries()) {
    let ended = false;
    while (!ended && counters[C.accesses]! <= i) ended = simulation.advance(1);
    const what = `access ${i} (${write ? 'write to' : 'read of'} page ${page})`;
    if (counters[C.accesses]! > i + 1) throw new Error(`${what}: the engine made more than one`);
    model.access(page, write);
    const killed = counters[C.oom_kill]! > 0;
    if (killed !== model.killed)
      return { difference: `${what}: killed: engine ${killed}, model ${model.killed}`, model };
    if (killed) break;
    const difference = firstDifference(k, model);
    if (difference !== null) return { difference: `${what}: ${difference}`, model };
  }
  return { difference: null, model };
}
