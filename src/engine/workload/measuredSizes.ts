/**
 * Compressed sizes of the content classes of the measured workloads (K random bytes in each 128,
 * the rest one value), bytes of 4096, for K = 0, 4, 8, ... 128. The kernel's own means where the
 * ground truth states them (`class_sizes.json`: lz4 and lzo through zram); between those, lz4 by
 * liblz4 and deflate by zlib with the kernel's window and memory level, which give the kernel's
 * figures to the byte, and lzo between its neighbours and within the bins of the measured histogram.
 */
import type { CodecName } from '../scenario/presets.ts';

const LZ4 = [
  26, 263, 391, 518, 679, 807, 934, 1063, 1191, 1319, 1446, 1575, 1702, 1831, 1958, 2087, 2215,
  2433, 2561, 2689, 2817, 2945, 3072, 3201, 3329, 3456, 3583, 3681, 3808, 3940, 4064, 4096, 4096,
];
const LZO = [
  30, 308, 440, 568, 696, 838, 973, 1108, 1244, 1371, 1498, 1626, 1753, 1881, 2009, 2138, 2274,
  2446, 2554, 2672, 2838, 2928, 3056, 3214, 3352, 3475, 3600, 3728, 3855, 3975, 4096, 4096, 4096,
];
const DEFLATE = [
  21, 224, 359, 494, 625, 759, 892, 1025, 1150, 1279, 1405, 1532, 1666, 1790, 1917, 2045, 2167,
  2297, 2426, 2552, 2681, 2810, 2935, 3065, 3188, 3315, 3445, 3572, 3697, 3827, 3952, 4078, 4096,
];

const TABLES: Partial<Record<CodecName, readonly number[]>> = {
  lz4: LZ4,
  lzo: LZO,
  'lzo-rle': LZO.map((bytes) => Math.min(bytes + 2, 4096)),
  deflate: DEFLATE,
};

/** Bytes with a codec of a page with K random bytes in each 128; `index` is K / 4. */
export function measuredBytes(codec: CodecName, index: number, relativeSize: number): number {
  const table = TABLES[codec];
  if (table !== undefined) return table[index];
  return LZO[index] >= 4096 ? 4096 : Math.round(LZO[index] * relativeSize);
}
