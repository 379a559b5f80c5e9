/**
 * What the published virtual swap layers keep and cost (facts 2.6, 6.1 to 6.5). Sizes are as the
 * patch series state them. Costs are derived by us from benchmarks of the series against their bases, which
 * give one figure for a swap-out and one for a free; how a swap-out divides into allocation and
 * look-up is an estimate.
 */
import type { Certainty } from './presets.ts';

export interface VirtualSwapPreset {
  readonly label: string;
  /** Bytes per page swapped out, whatever holds it. */
  readonly descriptorBytes: number;
  /** Bytes more per page that sits on a device: the way back from slot to descriptor; 0 is none. */
  readonly reverseMapBytes: number;
  /** Bytes per slot of each device, used or not. */
  readonly perSlotBytes: number;
  /** CPU time beyond that of a slot, ns: of a new descriptor, of finding one, of freeing one. */
  readonly allocate: number;
  readonly lookup: number;
  readonly free: number;
  readonly certainty: Certainty;
  readonly source: string;
  readonly costCertainty: Certainty;
  readonly costSource: string;
}

/** A pointer back from a slot, where a design does not state its size. */
export const REVERSE_MAP_BYTES = 8;

const SERIES_2026 = {
  descriptorBytes: 24.125,
  reverseMapBytes: 8,
  perSlotBytes: 0.25,
  certainty: 'published',
  source: 'Virtual Swap Space v6, 5 May 2026: 24 B and one bit; 8 B reverse map; two bitmaps',
} as const;

const COSTS_2025 = {
  allocate: 2350,
  lookup: 1000,
  free: 4250,
  costCertainty: 'derived',
  costSource:
    'RFC v2, 29 April 2025: 16 processes of usemem swap 16 GB, 4.19 M pages, and contend for it; free 2.079 to 3.192 s is 16 x 1.113 s / 4.19 M = 4.25 us a page; the rest of sys 341.1 to 373.0 s is (31.9 - 17.8) s / 4.19 M = 3.35 us a page out, whose split into allocation and look-up is an estimate',
} as const;

export const VIRTUAL_SWAP = {
  'vswap-2026': {
    label: 'Virtual swap space, v6 of 2026 (cached look-ups)',
    ...SERIES_2026,
    allocate: 20,
    lookup: 10,
    free: 5,
    costCertainty: 'estimate',
    costSource: 'v6, 5 May 2026: runs within 0.7 % of the base, so small figures; estimate',
  },
  'vswap-2026-v5': {
    label: 'Virtual swap space, up to v5 of 2026 (a look-up for each entry)',
    ...SERIES_2026,
    allocate: 1000,
    lookup: 370,
    free: 310,
    costCertainty: 'derived',
    costSource:
      'test mail of 23 March 2026: memhog on PMEM from 1.93 to 3.3 us of system time a swapped page, both derived from its run times and an assumed 16 GB of RAM, is 1.37 us, whose split into allocation and look-up is an estimate; free of 24 GB from 3.04 to 5.00 s is 1.96 s / 6.29 M = 0.31 us',
  },
  'vswap-table-2026': {
    label: 'Virtual swap space, swap-table edition',
    descriptorBytes: 18,
    reverseMapBytes: 8,
    perSlotBytes: 0.09375,
    certainty: 'published',
    source:
      'Swap Table Edition, 28 May and 12 June 2026: swap table 8 B, virtual table 8 B, memcg 2 B; 8 B reverse map; 48 B a physical cluster of 512 slots',
    allocate: 20,
    lookup: 10,
    free: 0,
    costCertainty: 'estimate',
    costSource: 'v2, 12 June 2026: runs within 1 % of the base, frees faster; estimate',
  },
  'vswap-2025-v2': {
    label: 'Virtual swap space, second posting of 2025',
    descriptorBytes: 48,
    reverseMapBytes: 0,
    perSlotBytes: 0,
    certainty: 'published',
    source: 'Virtual Swap Space RFC v2, 29 April 2025: 48 B; reverse map not stated',
    ...COSTS_2025,
  },
  'vswap-2025-v1': {
    label: 'Virtual swap space, first posting of 2025',
    descriptorBytes: 64,
    reverseMapBytes: 0,
    perSlotBytes: 0,
    certainty: 'published',
    source: 'changelog of RFC v2, 29 April 2025: 64 B before it; reverse map not stated',
    ...COSTS_2025,
  },
  'swap-desc-2023': {
    label: 'Swap descriptor, proposal of 2023',
    descriptorBytes: 24,
    reverseMapBytes: 0,
    perSlotBytes: 0,
    certainty: 'published',
    source: 'LSF/MM/BPF proposal of February 2023: 24 B without a reverse map',
    allocate: 50,
    lookup: 50,
    free: 50,
    costCertainty: 'estimate',
    costSource: 'never built: one xarray operation each; estimate',
  },
  'swap-desc-2023-reverse': {
    label: 'Swap descriptor with a reverse map, proposal of 2023',
    descriptorBytes: 24,
    reverseMapBytes: 8,
    perSlotBytes: 0,
    certainty: 'published',
    source: 'LSF/MM/BPF proposal of February 2023: 32 B with a reverse map',
    allocate: 50,
    lookup: 50,
    free: 50,
    costCertainty: 'estimate',
    costSource: 'never built: one xarray operation each; estimate',
  },
} as const satisfies Record<string, VirtualSwapPreset>;

export type VirtualSwapName = keyof typeof VIRTUAL_SWAP;
