/** Numbers as people and tools write addresses: decimal, or hexadecimal with 0x, up to 64 bits. */

/** `text` divided by 2^`shift` and rounded down; NaN for anything but a number below 2^64. */
export function shifted(text: string, shift: number): number {
  if (!/^(\d+|0[xX][0-9a-fA-F]+)$/.test(text)) return NaN;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return Math.floor(value / 2 ** shift);
  // A double has 53 bits: addresses of the kernel's half have all 64.
  const exact = BigInt(text);
  if (exact >= 2n ** 64n) return NaN;
  const page = Number(exact >> BigInt(shift));
  return Number.isSafeInteger(page) ? page : NaN;
}
