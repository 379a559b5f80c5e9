/**
 * The page accesses of the measured workloads, draw for draw: segments in the notation of the
 * ground-truth cases (`kind=zipf,count=300000,n=65536,s100=99,seed=5`) as words with the page in
 * bits 0 to 30 and bit 31 set for a write. For every access the page is drawn first, then one number
 * for the write flag.
 */
import { permutation, Random } from '../workload/random.ts';

const RANGE = 4294967296;
const WRITE = 0x80000000;

/** A segment that cannot be read, with what would be accepted. */
export class SegmentError extends Error {}

const KINDS = ['seq', 'stride', 'uniform', 'zipf', 'hotcold', 'phase', 'scanhot', 'cycle'] as const;
type Kind = (typeof KINDS)[number];

/** What a segment says, with the defaults filled in. */
export interface Segment {
  readonly kind: Kind;
  readonly count: number;
  readonly n: number;
  readonly seed: number;
  readonly pseed: number;
  /** Added to every page. */
  readonly base: number;
  readonly start: number;
  readonly k: number;
  /** Exponent times 100. */
  readonly s100: number;
  readonly hot: number;
  readonly ws: number;
  readonly shift: number;
  readonly perm: number;
  /** Percent of writes, of hot accesses and of scanning accesses. */
  readonly w: number;
  readonly hp: number;
  readonly sp: number;
}

export function parseSegment(text: string): Segment {
  const given = new Map<string, string>();
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    if (at < 1) throw new SegmentError(`"${part}" in "${text}"; accepted: name=value`);
    given.set(part.slice(0, at), part.slice(at + 1));
  }
  const kind = given.get('kind') as Kind;
  if (!KINDS.includes(kind)) {
    throw new SegmentError(`kind "${kind}" in "${text}"; accepted: ${KINDS.join(', ')}`);
  }
  const number = (name: string, fallback: number) => {
    const value = given.has(name) ? Number(given.get(name)) : fallback;
    if (!Number.isFinite(value) || value < 0)
      throw new SegmentError(`${name} "${given.get(name)}" in "${text}"; accepted: a number`);
    return value;
  };
  const seed = number('seed', 1);
  const segment: Segment = {
    kind,
    count: number('count', 0),
    n: number('n', 0),
    seed,
    pseed: number('pseed', seed + 1000),
    base: number('base', 0),
    start: number('start', 0),
    k: number('k', 1),
    s100: number('s100', 100),
    hot: number('hot', 1),
    ws: number('ws', 1),
    shift: number('shift', 0),
    perm: number('perm', 1),
    w: number('w', 0),
    hp: number('hp', 0),
    sp: number('sp', 0),
  };
  if (segment.n < 1) throw new SegmentError(`n is missing in "${text}"; accepted: 1 or more`);
  return segment;
}

/** Cumulative weights of the ranks: whole numbers, exact in doubles. */
export function zipfCumulative(n: number, s100: number): Float64Array {
  const cumulative = new Float64Array(n);
  const exponent = s100 / 100;
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += Math.floor(RANGE / Math.pow(i + 1, exponent) + 0.5);
    cumulative[i] = total;
  }
  return cumulative;
}

/** The first rank whose cumulative weight is above a draw. */
function zipfRank(random: Random, cumulative: Float64Array): number {
  let low = 0;
  let high = cumulative.length - 1;
  const x = Math.floor(random.unit() * cumulative[high]);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

const below = (percent: number) => Math.floor((percent * RANGE) / 100);

/** The page of each access in turn, before `base` is added. */
function pages(s: Segment, random: Random): (i: number) => number {
  const { n, hot } = s;
  switch (s.kind) {
    case 'seq':
      return (i) => (s.start + i) % n;
    case 'stride': {
      const rows = Math.floor(n / s.k);
      return (i) => (i % rows) * s.k + (Math.floor(i / rows) % s.k);
    }
    case 'uniform':
      return () => random.below(n);
    case 'zipf': {
      const cumulative = zipfCumulative(n, s.s100);
      if (s.perm === 0) return () => zipfRank(random, cumulative);
      const order = permutation(n, s.pseed);
      return () => order[zipfRank(random, cumulative)];
    }
    case 'hotcold': {
      const hotBelow = below(s.hp);
      const order = s.perm === 0 ? undefined : permutation(n, s.pseed);
      return () => {
        const page = random.next() < hotBelow ? random.below(hot) : hot + random.below(n - hot);
        return order === undefined ? page : order[page];
      };
    }
    case 'phase':
      return (i) => (Math.floor(i / s.k) * s.shift + random.below(s.ws)) % n;
    case 'scanhot': {
      const scanBelow = below(s.sp);
      const cumulative = s.s100 === 0 ? undefined : zipfCumulative(hot, s.s100);
      let scan = 0;
      return () => {
        if (random.next() >= scanBelow)
          return cumulative === undefined ? random.below(hot) : zipfRank(random, cumulative);
        const page = hot + scan;
        scan = (scan + 1) % (n - hot);
        return page;
      };
    }
    case 'cycle': {
      const order = permutation(n, s.pseed);
      return (i) => order[(s.start + i) % n];
    }
  }
}

/** The accesses of a segment. */
export function segmentAccesses(text: string): Uint32Array {
  const segment = parseSegment(text);
  const random = new Random(segment.seed);
  const page = pages(segment, random);
  const writeBelow = below(segment.w);
  const accesses = new Uint32Array(segment.count);
  for (let i = 0; i < accesses.length; i++) {
    const at = page(i) + segment.base;
    accesses[i] = random.next() < writeBelow ? (at | WRITE) >>> 0 : at;
  }
  return accesses;
}
