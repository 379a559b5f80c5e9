/**
 * Columns of numbers as a client gets them: base64 of the narrowest typed array that holds each of them
 * exactly. Counters mostly fit 16 bits, and a string goes through JSON at the speed of copying.
 */
import type { NumberType, PackedNumbers } from './contract.ts';

type Packable = Uint8Array | Uint16Array | Int32Array | Float64Array;

/** In the byte order of this machine, which is the client's as well: both run on it. */
export function packNumbers(values: Float64Array): PackedNumbers {
  const type = narrowest(values);
  const { buffer, byteOffset, byteLength } = narrowed(type, values);
  const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  return { type, length: values.length, base64 };
}

function narrowed(type: NumberType, values: Float64Array): Packable {
  if (type === 'u8') return new Uint8Array(values);
  if (type === 'u16') return new Uint16Array(values);
  return type === 'i32' ? new Int32Array(values) : values;
}

function narrowest(values: Float64Array): NumberType {
  let low = 0;
  let high = 0;
  for (const value of values) {
    // Also what is no number at all, which only a float64 can say.
    if (value !== Math.trunc(value)) return 'f64';
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low < -(2 ** 31) || high >= 2 ** 31) return 'f64';
  if (low < 0 || high >= 2 ** 16) return 'i32';
  return high < 2 ** 8 ? 'u8' : 'u16';
}
