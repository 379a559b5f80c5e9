/**
 * The RAM that a hypervisor gives to its guests for swapped pages (tmem; facts 9.2 and 9.3): quotas,
 * weights, persistent and ephemeral pages, compression, and what happens when it is full. It runs
 * inside the guest's hypercall, so its CPU time and its waiting are the guest's.
 * An ephemeral page can go at any time, and a host with a disk can move any page there.
 */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';
import type { Random } from '../workload/random.ts';
import type { Codec } from './codec.ts';
import { HOST_BATCH, type HostDisk } from './hostDisk.ts';
import type { HostShares } from './hostShares.ts';
import { KeyLists } from './keyLists.ts';

const NOT_HERE = 0;
const IN_RAM = 1;
/** On its way to the disk, still in RAM. */
const WRITING = 2;
const ON_DISK = 3;

/** What the host knows of a guest. */
export interface HostGuest {
  /** Most of the pool that it may take, bytes. */
  readonly quota: number;
  /** Its pages may be dropped at any time. */
  readonly ephemeral: boolean;
  /** These are pages of files: kept whole, and room for them is only made by dropping others. */
  readonly clean?: boolean;
  /** The top-level cgroup that stands for it. */
  readonly memcg: Memcg;
}

export interface HostPoolSettings {
  readonly poolBytes: number;
  /** A put is refused for no reason that a guest knows when a 32-bit draw is below this. */
  readonly refuseThreshold: number;
  /** The quota also counts the guest's own memory. */
  readonly quotaWithMemory: boolean;
  /** Time to copy one page, ns. */
  readonly copy: number;
}

export class HostPool {
  /** Most bytes of RAM that the host takes now. */
  poolBytes: number;
  /** Bytes of RAM in use, and by guest. */
  used = 0;
  readonly usedBy: Float64Array;
  /** Pages on the host's disk. */
  onDisk = 0;

  private readonly k: Kernel;
  private readonly settings: HostPoolSettings;
  private readonly guests: readonly HostGuest[];
  /** Guests without their pools of clean pages, which come after all others in the same order. */
  private readonly owners: number;
  private readonly codec: Codec | null;
  private readonly disk: HostDisk | null;
  /** Null: who comes first is served first. */
  private readonly shares: HostShares | null;
  private readonly random: Random;
  private readonly state: Uint8Array;
  private readonly guestOf: Uint16Array;
  private readonly bytes: Uint32Array;
  /** One list for each guest, in the order of puts and gets. */
  private readonly lru: KeyLists;
  /** When each key was put on its list, as a running number. */
  private readonly turn: Float64Array;
  private turns = 0;

  constructor(
    k: Kernel,
    settings: HostPoolSettings,
    guests: readonly HostGuest[],
    keys: number,
    shares: HostShares | null,
    codec: Codec | null,
    disk: HostDisk | null,
    random: Random,
  ) {
    this.k = k;
    this.settings = settings;
    this.poolBytes = settings.poolBytes;
    this.guests = guests;
    this.owners = guests.filter(({ clean }) => !clean).length;
    this.codec = codec;
    this.disk = disk;
    this.shares = shares;
    this.random = random;
    this.usedBy = new Float64Array(guests.length);
    this.state = new Uint8Array(keys);
    this.guestOf = new Uint16Array(keys);
    this.bytes = new Uint32Array(keys);
    this.lru = new KeyLists(guests.length, keys);
    this.turn = new Float64Array(keys);
  }

  /** Whether a get of the key would find its page. */
  holds(key: number): boolean {
    return this.state[key] !== NOT_HERE;
  }

  /** RAM that the page of a key takes now, bytes. */
  ramOf(key: number): number {
    const state = this.state[key];
    return state === IN_RAM || state === WRITING ? this.bytes[key] : 0;
  }

  /** RAM that a guest takes in all its pools, bytes. */
  bytesOf(guest: number): number {
    const { usedBy, owners } = this;
    return usedBy[guest] + (owners < usedBy.length ? usedBy[owners + guest] : 0);
  }

  /** Takes a page; false when it refuses, and then it has no older copy of it either. */
  put(key: number, guest: number, page: number, memcg: Memcg): boolean {
    const { k, settings } = this;
    const { clean } = this.guests[guest];
    const codec = clean ? null : this.codec;
    this.settle();
    const before = this.ramOf(key);
    this.drop(key);
    const { pageBytes } = k.settings;
    let bytes = pageBytes;
    let taken = clean === true || !this.mustShed(guest);
    if (settings.refuseThreshold > 0) taken &&= this.random.next() >= settings.refuseThreshold;
    if (taken && codec !== null) {
      // Not even the smallest object would fit: no need to compress.
      taken = this.makeRoom(guest, 1, before);
      if (taken) bytes = Math.min(pageBytes, codec.compress(page, memcg));
    }
    if (!taken || !this.makeRoom(guest, bytes, before)) {
      if (!clean) this.shares?.refused(guest, this.usedBy[guest] + bytes, this.poolBytes);
      return false;
    }
    if (bytes === pageBytes) k.now += settings.copy;
    this.state[key] = IN_RAM;
    this.guestOf[key] = guest;
    this.bytes[key] = bytes;
    this.account(key, 1);
    this.touch(key);
    if (!clean) this.shares?.served(guest);
    return true;
  }

  /** Copies a page to its guest; false when the host has dropped it. */
  get(key: number, memcg: Memcg): boolean {
    const { k, codec } = this;
    this.settle();
    const state = this.state[key];
    if (state === NOT_HERE) return false;
    if (state === ON_DISK) {
      this.disk!.read(key);
      this.guests[this.guestOf[key]].memcg.counters[C.host_disk_read]++;
    }
    if (this.bytes[key] < k.settings.pageBytes) codec!.decompress(memcg);
    else k.now += this.settings.copy;
    if (state === IN_RAM) {
      this.lru.remove(this.guestOf[key], key);
      this.touch(key);
    }
    return true;
  }

  /** Forgets a page. */
  drop(key: number): void {
    const state = this.state[key];
    if (state === NOT_HERE) return;
    if (state === ON_DISK) this.onDisk--;
    else this.account(key, -1);
    if (state === IN_RAM) this.lru.remove(this.guestOf[key], key);
    this.state[key] = NOT_HERE;
  }

  /** The guest must give up what it can, as others ask for their share. */
  mustShed(guest: number): boolean {
    return this.shares?.mustShed(guest, this.usedBy[guest], this.poolBytes) ?? false;
  }

  private account(key: number, sign: number): void {
    const bytes = sign * this.bytes[key];
    this.used += bytes;
    this.usedBy[this.guestOf[key]] += bytes;
  }

  private touch(key: number): void {
    this.turn[key] = this.turns++;
    this.lru.addHead(this.guestOf[key], key);
  }

  /**
   * Whether the guest may have so many bytes, after others have made room where they can. A page that
   * takes no more than its older copy did, `before` bytes, always may.
   */
  private makeRoom(guest: number, bytes: number, before: number): boolean {
    const disk = this.guests[guest].clean ? null : this.disk;
    if (bytes <= before) return true;
    // A host with a disk takes the page even when nothing is left to write out.
    while (this.overQuota(guest, bytes)) {
      if (this.freeSome(guest)) continue;
      if (disk === null) return false;
      break;
    }
    while (this.used + bytes > this.poolBytes) {
      if (this.freeSome(this.furthest(disk))) continue;
      if (disk === null) return false;
      break;
    }
    const reserve = HOST_BATCH * this.k.settings.pageBytes;
    if (disk !== null && disk.batch.length === 0 && this.used + reserve > this.poolBytes)
      this.writeOldest(this.furthest(disk), disk);
    return true;
  }

  private overQuota(guest: number, bytes: number): boolean {
    const { quota, memcg } = this.guests[guest];
    const own = this.settings.quotaWithMemory ? memcg.pages * this.k.settings.pageBytes : 0;
    return this.usedBy[guest] + own + bytes > quota;
  }

  /** Frees RAM of a guest: an ephemeral page, or what the disk takes. False when there is none. */
  private freeSome(guest: number): boolean {
    const { disk } = this;
    const key = guest < 0 ? -1 : this.lru.oldest(guest);
    if (key >= 0 && this.guests[guest].ephemeral) {
      this.drop(key);
      return true;
    }
    if (disk === null) return false;
    if (key >= 0 && disk.batch.length === 0) this.writeOldest(guest, disk);
    if (disk.batch.length === 0) return false;
    disk.waitForBatch();
    this.settle();
    return true;
  }

  /** The guest whose oldest page goes next: ephemeral before persistent; -1 when none can go. */
  private furthest(disk: HostDisk | null): number {
    const { guests, lru, shares, turn } = this;
    let found = -1;
    let most = 0;
    for (let guest = 0; guest < guests.length; guest++) {
      const key = lru.oldest(guest);
      const { ephemeral } = guests[guest];
      if (key < 0 || (!ephemeral && disk === null)) continue;
      const claim = shares?.claim(guest % this.owners, this.usedBy[guest]) ?? -turn[key];
      const better =
        found < 0 || (ephemeral === guests[found].ephemeral ? claim > most : ephemeral);
      if (!better) continue;
      found = guest;
      most = claim;
    }
    return found;
  }

  /** Begins to write the oldest pages of a guest to the disk. */
  private writeOldest(guest: number, disk: HostDisk): void {
    if (guest < 0 || this.guests[guest].ephemeral) return;
    const { lru, guests } = this;
    for (let n = 0; n < HOST_BATCH; n++) {
      const key = lru.oldest(guest);
      if (key < 0) return;
      lru.remove(guest, key);
      this.state[key] = WRITING;
      guests[guest].memcg.counters[C.host_disk_write]++;
      disk.write(key);
    }
  }

  /** Frees the RAM of a batch that is on the disk by now. */
  private settle(): void {
    const { disk } = this;
    if (disk === null || disk.batch.length === 0 || !disk.written) return;
    for (const key of disk.batch) {
      if (this.state[key] !== WRITING) continue;
      this.account(key, -1);
      this.state[key] = ON_DISK;
      this.onDisk++;
    }
    disk.batch.length = 0;
  }
}
