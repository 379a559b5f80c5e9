/**
 * The slot allocator of one device: clusters of 512 slots on lists by state (facts 2.2). A cluster
 * just allocated from is on the `fragmented` list or, when full, on `full`; a slot freed in it
 * moves it to `nonfull`; allocation takes nonfull clusters before free ones and fragmented last.
 */

export const CLUSTER_SLOTS = 512;

const FREE = 0;
const NONFULL = 1;
const FRAGMENTED = 2;
const FULL = 3;

/** `owner` values of slots without a page. */
const UNUSED = -1;
const BAD = -2;

/** Frees a slot that only a page in RAM still refers to, if it may; true when the slot is free. */
export type ReclaimCacheOnly = (slot: number) => boolean;

export class ClusterAllocator {
  /** Page that holds the slot, UNUSED or BAD. */
  private readonly owner: Int32Array;
  private readonly count: Uint16Array;
  private readonly state: Uint8Array;
  private readonly next: Int32Array;
  private readonly prev: Int32Array;
  private readonly head = new Int32Array(4).fill(-1);
  private readonly tail = new Int32Array(4).fill(-1);
  free: number;
  /** Where the CPU that allocated last may go on in the same cluster, or -1. */
  nextSlot = -1;
  /** Where the next allocation of a rotating disk goes on; -1 when its cluster is used up. */
  private rotationalNext = -1;

  readonly slots: number;
  private readonly rotational: boolean;
  private readonly reclaimCacheOnly: ReclaimCacheOnly;

  /** `slots` includes the first one, which holds the header and is never handed out. */
  constructor(slots: number, rotational: boolean, reclaimCacheOnly: ReclaimCacheOnly) {
    this.slots = slots;
    this.rotational = rotational;
    this.reclaimCacheOnly = reclaimCacheOnly;
    const clusters = Math.ceil(slots / CLUSTER_SLOTS);
    this.owner = new Int32Array(clusters * CLUSTER_SLOTS).fill(UNUSED);
    this.owner[0] = BAD;
    this.owner.fill(BAD, slots);
    this.count = new Uint16Array(clusters);
    this.state = new Uint8Array(clusters);
    this.next = new Int32Array(clusters).fill(-1);
    this.prev = new Int32Array(clusters).fill(-1);
    for (let c = 0; c < clusters; c++) {
      const end = Math.min(slots, (c + 1) * CLUSTER_SLOTS);
      this.count[c] = CLUSTER_SLOTS - (end - c * CLUSTER_SLOTS) + (c === 0 ? 1 : 0);
      // Clusters with bad slots start out as partly used.
      this.append(c, this.count[c] === 0 ? FREE : NONFULL);
    }
    this.free = slots - 1;
  }

  get used(): number {
    return this.slots - 1 - this.free;
  }

  ownerOf(slot: number): number {
    return this.owner[slot];
  }

  private append(cluster: number, state: number): void {
    this.state[cluster] = state;
    this.next[cluster] = -1;
    this.prev[cluster] = this.tail[state];
    if (this.tail[state] >= 0) this.next[this.tail[state]] = cluster;
    else this.head[state] = cluster;
    this.tail[state] = cluster;
  }

  private move(cluster: number, state: number): void {
    if (this.state[cluster] === state) return;
    const old = this.state[cluster];
    const before = this.prev[cluster];
    const after = this.next[cluster];
    if (before >= 0) this.next[before] = after;
    else this.head[old] = after;
    if (after >= 0) this.prev[after] = before;
    else this.tail[old] = before;
    this.append(cluster, state);
  }

  /**
   * Takes the first slot at or after `from` in its cluster that is unused, or that only a page in
   * RAM refers to when `reclaim` is set; -1 when there is none. `nextSlot` then says where to go on.
   */
  private scan(from: number, page: number, reclaim: boolean): number {
    const cluster = Math.floor(from / CLUSTER_SLOTS);
    const end = (cluster + 1) * CLUSTER_SLOTS;
    let found = -1;
    if (this.count[cluster] < CLUSTER_SLOTS || reclaim) {
      for (let slot = from; slot < end; slot++) {
        const owner = this.owner[slot];
        if (owner === UNUSED || (reclaim && owner >= 0 && this.reclaimCacheOnly(slot))) {
          found = slot;
          break;
        }
      }
    }
    this.nextSlot = -1;
    if (found >= 0) {
      this.owner[found] = page;
      this.count[cluster]++;
      this.free--;
      const next = found + 1;
      // Beyond the last slot is another device.
      if (this.count[cluster] < CLUSTER_SLOTS && next < end && next < this.slots)
        this.nextSlot = next;
    }
    if (this.count[cluster] === CLUSTER_SLOTS) this.move(cluster, FULL);
    else if (this.count[cluster] === 0) this.move(cluster, FREE);
    else this.move(cluster, FRAGMENTED);
    return found;
  }

  /** Goes on in a CPU's current cluster. */
  allocateAt(slot: number, page: number, reclaim: boolean): number {
    return this.scan(slot, page, reclaim);
  }

  /** Takes a slot from a cluster chosen by the order of the lists; -1 when the device is full. */
  allocate(page: number, reclaim: boolean): number {
    if (this.rotational && this.rotationalNext >= 0) {
      const slot = this.scan(this.rotationalNext, page, reclaim);
      this.rotationalNext = this.nextSlot;
      if (slot >= 0) return slot;
    }
    let slot = this.takeFrom(NONFULL, page, reclaim);
    if (slot < 0) slot = this.takeFrom(FREE, page, reclaim);
    if (slot < 0 && reclaim) {
      this.reclaimFullCluster();
      slot = this.takeFrom(NONFULL, page, reclaim);
    }
    if (slot < 0) slot = this.takeFrom(FRAGMENTED, page, reclaim);
    if (this.rotational) this.rotationalNext = this.nextSlot;
    return slot;
  }

  /** Every cluster on a list other than `full` has an unused slot. */
  private takeFrom(state: number, page: number, reclaim: boolean): number {
    const cluster = this.head[state];
    return cluster < 0 ? -1 : this.scan(cluster * CLUSTER_SLOTS, page, reclaim);
  }

  /** Frees what only pages in RAM refer to in the full cluster that has waited longest. */
  private reclaimFullCluster(): void {
    const cluster = this.head[FULL];
    if (cluster < 0) return;
    const start = cluster * CLUSTER_SLOTS;
    for (let slot = start; slot < start + CLUSTER_SLOTS; slot++) {
      if (this.owner[slot] >= 0) this.reclaimCacheOnly(slot);
    }
    if (this.state[cluster] === FULL) {
      this.move(cluster, FRAGMENTED);
      this.move(cluster, FULL);
    }
  }

  release(slot: number): void {
    const cluster = Math.floor(slot / CLUSTER_SLOTS);
    this.owner[slot] = UNUSED;
    this.count[cluster]--;
    this.free++;
    this.move(cluster, this.count[cluster] === 0 ? FREE : NONFULL);
  }
}
