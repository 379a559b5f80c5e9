/**
 * exp, ln, pow and the normal quantile, built from + - * / and sqrt only.
 *
 * The language leaves the last bits of Math.exp, Math.log and Math.pow to the host; IEEE 754 fixes
 * those of the basic operations. A run's digest must be the same everywhere, so the engine uses
 * these. The normal quantile is Wichura's algorithm AS 241 (Applied Statistics 37, 1988).
 */

/** ln 2 split in two, the first part short enough that k * LN2_HIGH is exact for every exponent k. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;

/** 1/n! for n = 13 down to 0: the remainder of exp on |x| <= ln 2 / 2 is below 1e-17. */
const INVERSE_FACTORIALS = inverseFactorials(13);

function inverseFactorials(highest: number): Float64Array {
  const out = new Float64Array(highest + 1);
  let factorial = 1;
  for (let n = 0; n <= highest; n++) {
    if (n > 0) factorial *= n;
    out[highest - n] = 1 / factorial;
  }
  return out;
}

/** 1/n for n = 23, 21 .. 3: the coefficients of the inverse hyperbolic tangent. */
const ODD_INVERSES = Float64Array.from({ length: 11 }, (_, i) => 1 / (23 - 2 * i));

const bits = new DataView(new ArrayBuffer(8));

/** 2 to an integer power from -1022 to 1023, exactly. */
function powerOfTwo(exponent: number): number {
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** e to the power x; relative error below 1e-15. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 0;
  for (let i = 0; i < INVERSE_FACTORIALS.length; i++) {
    sum = sum * r + (INVERSE_FACTORIALS[i] as number);
  }
  // Two steps, so that neither factor leaves the range of a double before the product does.
  const half = Math.floor(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** The natural logarithm of x; relative error below 1e-15. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  let normal = x;
  if (x < 2.2250738585072014e-308) {
    normal = x * 18014398509481984;
    exponent = -54;
  }
  bits.setFloat64(0, normal);
  const high = bits.getUint32(0);
  exponent += (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)); |s| < 0.172, so the terms left out are below 1e-18.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let i = 0; i < ODD_INVERSES.length; i++) sum = (sum + (ODD_INVERSES[i] as number)) * square;
  return exponent * LN2_HIGH + (2 * s + (2 * s * sum + exponent * LN2_LOW));
}

/** x to the power y for x > 0; relative error below 1e-12, small whole powers by multiplication. */
export function pow(x: number, y: number): number {
  if (!(x > 0)) return NaN;
  if (Math.floor(y) === y && y >= -64 && y <= 64) {
    let base = x;
    let left = y < 0 ? -y : y;
    let result = 1;
    while (left > 0) {
      if (left % 2 === 1) result *= base;
      left = Math.floor(left / 2);
      if (left > 0) base *= base;
    }
    return y < 0 ? 1 / result : result;
  }
  return exp(y * ln(x));
}

const CENTRE = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
};
const SHOULDER = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
  ],
};
const TAIL = {
  over: [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
};

function ratio(of: { over: number[]; under: number[] }, r: number): number {
  let over = 0;
  let under = 0;
  for (const c of of.over) over = over * r + c;
  for (const c of of.under) under = under * r + c;
  return over / under;
}

/** The value that a standard normal variable stays below with probability p (0 < p < 1). */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-ln(q < 0 ? p : 1 - p));
  const size = r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -size : size;
}
