/**
 * The digest of a run: SHA-256 (FIPS 180-4) over a canonical spelling of plain data. Our own, since
 * the engine runs where neither node:crypto nor a synchronous Web Crypto is at hand.
 */

/** The first 32 bits of the fractional parts of a root of the first primes, taken in whole numbers. */
function rootFractions(count: number, root: 2 | 3): Int32Array {
  const out = new Int32Array(count);
  const power = BigInt(root);
  for (let prime = 2, found = 0; found < count; prime++) {
    let divisor = 2;
    while (divisor * divisor <= prime && prime % divisor !== 0) divisor++;
    if (divisor * divisor <= prime) continue;
    // The largest x with x^root <= prime * 2^(32 root), by bisection.
    const target = BigInt(prime) << (32n * power);
    let low = 0n;
    let high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** power <= target) low = middle;
      else high = middle;
    }
    out[found++] = Number(BigInt.asIntN(32, low));
  }
  return out;
}

const START = rootFractions(8, 2);
const ROUND = rootFractions(64, 3);

const rotate = (x: number, by: number) => (x >>> by) | (x << (32 - by));

class Sha256 {
  private readonly hash = Int32Array.from(START);
  private readonly words = new Int32Array(64);
  private bytes = 0;

  byte(value: number): void {
    const at = this.bytes++ & 63;
    const word = at >> 2;
    // The first byte of a word clears what the last block left there.
    const kept = (at & 3) === 0 ? 0 : (this.words[word] as number) << 8;
    this.words[word] = kept | value;
    if (at === 63) this.block();
  }

  /** The characters as UTF-8; half a surrogate pair becomes U+FFFD, as everywhere. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code < 0x80) {
        this.byte(code);
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) {
        const low = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
        if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          i++;
        } else {
          code = 0xfffd;
        }
      }
      if (code < 0x800) {
        this.byte(0xc0 | (code >> 6));
      } else if (code < 0x10000) {
        this.byte(0xe0 | (code >> 12));
        this.byte(0x80 | ((code >> 6) & 63));
      } else {
        this.byte(0xf0 | (code >> 18));
        this.byte(0x80 | ((code >> 12) & 63));
        this.byte(0x80 | ((code >> 6) & 63));
      }
      this.byte(0x80 | (code & 63));
    }
  }

  finish(): string {
    const bits = this.bytes * 8;
    this.byte(0x80);
    while ((this.bytes & 63) !== 56) this.byte(0);
    const high = Math.floor(bits / 4294967296);
    for (const half of [high, bits >>> 0]) {
      for (let shift = 24; shift >= 0; shift -= 8) this.byte((half >>> shift) & 255);
    }
    let hex = '';
    for (const word of this.hash) hex += (word >>> 0).toString(16).padStart(8, '0');
    return hex;
  }

  private block(): void {
    const { hash, words } = this;
    for (let i = 16; i < 64; i++) {
      const near = words[i - 15] as number;
      const far = words[i - 2] as number;
      const s0 = rotate(near, 7) ^ rotate(near, 18) ^ (near >>> 3);
      const s1 = rotate(far, 17) ^ rotate(far, 19) ^ (far >>> 10);
      words[i] = (words[i - 16] as number) + s0 + (words[i - 7] as number) + s1;
    }
    let a = hash[0] as number;
    let b = hash[1] as number;
    let c = hash[2] as number;
    let d = hash[3] as number;
    let e = hash[4] as number;
    let f = hash[5] as number;
    let g = hash[6] as number;
    let h = hash[7] as number;
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const t1 = (h + s1 + choice + (ROUND[i] as number) + (words[i] as number)) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + s0 + majority) | 0;
    }
    hash[0]! += a;
    hash[1]! += b;
    hash[2]! += c;
    hash[3]! += d;
    hash[4]! += e;
    hash[5]! += f;
    hash[6]! += g;
    hash[7]! += h;
  }
}

/** SHA-256 of the text's UTF-8 bytes, in lower-case hexadecimal. */
export function sha256(text: string): string {
  const sha = new Sha256();
  sha.text(text);
  return sha.finish();
}

/**
 * JSON without spaces, keys in the order of their UTF-16 units, properties that are undefined left
 * out: one spelling for one value. Throws on what JSON cannot hold, naming where it is.
 */
export function canonicalJson(value: unknown): string {
  const out: string[] = [];
  write(value, '$', out);
  return out.join('');
}

function write(value: unknown, path: string, out: string[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    out.push(JSON.stringify(value));
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, not a finite number`);
    out.push(JSON.stringify(value));
  } else if (Array.isArray(value)) {
    out.push('[');
    for (let i = 0; i < value.length; i++) {
      if (i > 0) out.push(',');
      write(value[i], `${path}[${i}]`, out);
    }
    out.push(']');
  } else if (isPlain(value)) {
    let separator = '{';
    for (const key of Object.keys(value).sort()) {
      if (value[key] === undefined) continue;
      out.push(separator, JSON.stringify(key), ':');
      write(value[key], `${path}.${key}`, out);
      separator = ',';
    }
    out.push(separator === '{' ? '{}' : '}');
  } else {
    throw new TypeError(`${path} is no plain data (${Object.prototype.toString.call(value)})`);
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** SHA-256 of the canonical JSON of a value. */
export function digest(value: unknown): string {
  return sha256(canonicalJson(value));
}
