/** Reads the columns that the lab sends as base64 of typed arrays. */
import type { NumberType, PackedNumbers } from '../../main/lab/contract.ts';

const VIEWS = {
  u8: Uint8Array,
  u16: Uint16Array,
  i32: Int32Array,
  f64: Float64Array,
} as const satisfies Record<NumberType, unknown>;

export function unpackNumbers({ type, length, base64 }: PackedNumbers): Float64Array {
  const View = VIEWS[type];
  const { buffer, byteLength } = bytesOf(base64);
  if (byteLength !== length * View.BYTES_PER_ELEMENT) {
    throw new Error(
      `A column has ${byteLength} bytes instead of ${length} numbers of type ${type}.`,
    );
  }
  const view = new View(buffer);
  if (view instanceof Float64Array) return view;
  const numbers = new Float64Array(length);
  numbers.set(view);
  return numbers;
}

/** `fromBase64` is in every browser since September 2025; older ones go the long way. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64) return fromBase64.call(Uint8Array, base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
