/** What the naive model of reclaim is given, and what it keeps of a page (facts 1.2, 1.3, 2.1). */

export interface NaiveSettings {
  /** memory.max and memory.swap.max, pages; the latter may be Infinity. */
  memoryMax: number;
  swapMax: number;
  swappiness: number;
  /** Slots of the device with that of the header; at most one cluster of 512. */
  slots: number;
  /** zram writes in the caller; zswap stands before a device that never has to be asked. */
  device: 'zram' | 'zswap';
  /** memory.zswap.writeback. */
  writeback: boolean;
  pages: number;
  /** What pages hold: bytes that zswap's codec makes of one, 0 for zeros. Asked from the first touch on. */
  bytes: (page: number) => number;
}

export interface Folio {
  mapped: boolean;
  /** Accessed and dirty bit of the page-table entry. */
  accessed: boolean;
  written: boolean;
  /** PG_dirty, PG_referenced, PG_active, PG_workingset. */
  dirty: boolean;
  referenced: boolean;
  active: boolean;
  workingset: boolean;
}

export interface NaivePage {
  readonly index: number;
  touched: boolean;
  /** While it is in RAM; with a slot as well it is in the swap cache. */
  folio: Folio | null;
  slot: number | null;
  /** Where its data is apart from RAM. */
  copy: 'zero' | 'zswap' | 'device' | null;
  shadow: { age: number; workingset: boolean } | null;
}

export const NEW_FOLIO: Folio = {
  mapped: false,
  accessed: false,
  written: false,
  dirty: false,
  referenced: false,
  active: false,
  workingset: false,
};

export const COUNTED = [
  'pgfault',
  'pgmajfault',
  'pgscan_direct',
  'pgsteal_direct',
  'pgrefill',
  'pgactivate',
  'pgdeactivate',
  'pswpin',
  'pswpout',
  'zswpin',
  'zswpout',
  'zswap_reject',
  'swpin_zero',
  'swpout_zero',
  'swap_fail',
  'workingset_refault_anon',
  'workingset_activate_anon',
  'workingset_restore_anon',
] as const;
