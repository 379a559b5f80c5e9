// Makes new inputs from known ones: bytes are changed anywhere, JSON also as the tree that it is.
import type { Random } from '../torture/random.ts';

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];
const NUMBERS = [
  '0', '-1', '1', '0.5', '1e308', '-0', '4294967296', '9007199254740991', '9007199254740992', '1e21',
  '4096', '65536', '67108864',
]; // prettier-ignore
const LEAVES: unknown[] = [
  null, true, false, 0, -1, 1, 0.5, 1e308, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, '', 'x', '0', 'max',
  '1GiB', '-1', '1e9s', '__proto__', 'constructor', '\u0000', '\ud800', [], {}, [[]],
]; // prettier-ignore

export class Mutator {
  readonly #random: Random;
  readonly #words: readonly Buffer[];
  readonly #texts: readonly string[];

  constructor(random: Random, words: readonly string[]) {
    this.#random = random;
    this.#texts = words;
    this.#words = words.map((word) => Buffer.from(word));
  }

  /** @param other another known input, to take parts from */
  mutate(input: Uint8Array, other: Uint8Array, isJson: boolean, most: number): Uint8Array {
    if (isJson && this.#random.next() < 0.7) {
      const changed = this.#mutateJson(input, other);
      if (changed && changed.length <= most) return changed;
    }
    let bytes = Buffer.from(input);
    for (let i = 1 + this.#random.below(4); i > 0; i--) bytes = this.#mutateBytes(bytes, other);
    return bytes.subarray(0, most);
  }

  #mutateBytes(bytes: Buffer<ArrayBuffer>, other: Uint8Array): Buffer<ArrayBuffer> {
    const random = this.#random;
    const at = random.below(bytes.length + 1);
    const length = 1 + random.below(random.next() < 0.8 ? 8 : 256);
    switch (random.below(10)) {
      case 0:
        return spliced(bytes, at, length, Buffer.alloc(0));
      case 1:
        return spliced(bytes, at, 0, Buffer.from([random.below(256)]));
      case 2: {
        const from = random.below(bytes.length + 1);
        return spliced(bytes, at, 0, bytes.subarray(from, from + length));
      }
      case 3: {
        const from = random.below(other.length + 1);
        const part = other.subarray(from, from + length);
        return spliced(bytes, at, random.next() < 0.5 ? part.length : 0, part);
      }
      case 4:
        return spliced(bytes, at, bytes.length, other.subarray(random.below(other.length + 1)));
      case 5:
      case 6:
        if (this.#words.length === 0) return bytes;
        return spliced(bytes, at, random.below(2) * length, random.pick(this.#words));
      case 7:
        return spliced(bytes, at, random.below(2) * length, Buffer.from(random.pick(NUMBERS)));
      case 8:
        if (bytes.length > 0) {
          const i = random.below(bytes.length);
          bytes[i] = (bytes[i] as number) ^ (1 << random.below(8));
        }
        return bytes;
      default:
        if (bytes.length > 0) bytes[random.below(bytes.length)] = random.pick(INTERESTING);
        return bytes;
    }
  }

  #mutateJson(input: Uint8Array, other: Uint8Array): Buffer | undefined {
    const random = this.#random;
    const tree = parse(input);
    if (tree === undefined) return undefined;
    const holder = { root: tree };
    for (let i = 1 + random.below(3); i > 0; i--) {
      const spots = spotsOf(holder);
      const spot = random.pick(spots);
      const draw = random.next();
      const { parent, key } = spot;
      if (draw < 0.35) parent[key] = structuredClone(random.pick(LEAVES));
      else if (draw < 0.5) parent[key] = random.pick(this.#texts);
      else if (draw < 0.6 && parent !== (holder as unknown)) {
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
      } else if (draw < 0.8) {
        const donor = parse(other);
        if (donor !== undefined) {
          const source = random.pick(spotsOf({ root: donor }));
          parent[key] = structuredClone(source.parent[source.key]);
        }
      } else if (draw < 0.9) {
        const value = parent[key];
        if (typeof value === 'number') parent[key] = value * random.pick([-1, 2, 0.5, 1e6]);
        else if (Array.isArray(value)) value.push(structuredClone(value[0] ?? random.pick(LEAVES)));
        else if (value !== null && typeof value === 'object') {
          (value as Tree)[random.pick(this.#texts)] = structuredClone(random.pick(LEAVES));
        }
      } else {
        const from = random.pick(spots);
        parent[key] = structuredClone(from.parent[from.key]);
      }
    }
    return Buffer.from(JSON.stringify(holder.root) ?? 'null');
  }
}

type Tree = Record<string, unknown>;

interface Spot {
  parent: Tree;
  key: string;
}

function spotsOf(holder: Tree): Spot[] {
  const spots: Spot[] = [];
  const open: Tree[] = [holder];
  for (let parent; (parent = open.pop());) {
    for (const [key, value] of Object.entries(parent)) {
      spots.push({ parent, key });
      if (value !== null && typeof value === 'object') open.push(value as Tree);
    }
  }
  return spots;
}

function parse(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString('utf8'));
  } catch {
    return undefined;
  }
}

const spliced = (bytes: Buffer, at: number, drop: number, insert: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
