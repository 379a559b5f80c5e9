/**
 * zram: a block device that keeps what is written to it compressed in RAM, served inside the
 * caller (facts 5). Same-filled pages cost nothing, pages that hardly compress are kept whole.
 * Its memory is the machine's, not charged to any memcg. What an administrator does with pages that
 * are in it, such as recompression and writeback, is in zramPostProcessing.ts.
 */
import type { Kernel } from '../kernel.ts';
import type { CodecName } from '../scenario/presets.ts';
import type { Backend } from '../swap/devices.ts';
import { Codec } from './codec.ts';
import type { ZramBacking } from './zramBacking.ts';
import { Zsmalloc } from './zsmalloc.ts';

const EMPTY = -1;
const SAME = -2;
/** Compressed size of a swap header, bytes: 63 or 65 measured with lz4, 73 with lzo-rle. */
const HEADER_BYTES: Partial<Record<CodecName, number>> = { lz4: 65, 'lzo-rle': 73 };
/** Of the other codecs, for which none was measured: estimate. */
const HEADER_BYTES_ELSE = 65;

/** Flags of a slot. */
export const IDLE = 1 << 0;
/** No codec makes it small enough: recompression leaves it alone. */
export const INCOMPRESSIBLE = 1 << 1;
/** Compressed by the second codec. */
export const SECOND = 1 << 2;
/** On the backing device. */
export const BACKED = 1 << 3;
/** Chosen for writeback and not touched since. */
export const CHOSEN = 1 << 4;

export interface ZramSettings {
  readonly codec: CodecName;
  readonly second: CodecName | undefined;
  readonly slots: number;
  readonly memLimitPages: number;
  /** Global number of slot 0. */
  readonly firstSlot: number;
  /** Keeps the time of the last access to each slot (CONFIG_ZRAM_TRACK_ENTRY_ACTIME). */
  readonly tracksAccess: boolean;
  readonly backing: ZramBacking | null;
}

export class Zram implements Backend {
  readonly pool: Zsmalloc;
  readonly codec: Codec;
  readonly second: Codec | null;
  readonly backing: ZramBacking | null;
  /** By slot: zspage of its data, EMPTY or SAME; its block while BACKED. */
  readonly handle: Int32Array;
  readonly bytes: Uint32Array;
  readonly flags: Uint8Array;
  /** When each slot was last written or read, ms; null when nobody asks. */
  readonly accessed: Uint32Array | null;
  compressedBytes = 0;
  samePages = 0;
  hugePages = 0;
  hugePagesSince = 0;
  mostPages = 0;
  /** Pages on the backing device. */
  backedPages = 0;
  failedWrites = 0;
  /** Recompression or writeback goes on; another one gets EAGAIN. */
  postProcessing = false;
  bytesRead = 0;
  bytesWritten = 0;

  private readonly k: Kernel;
  private readonly memLimitPages: number;
  private readonly firstSlot: number;

  constructor(k: Kernel, settings: ZramSettings) {
    const { codec, second, slots } = settings;
    this.k = k;
    this.memLimitPages = settings.memLimitPages;
    this.firstSlot = settings.firstSlot;
    this.pool = new Zsmalloc(k.settings.pageBytes);
    this.codec = new Codec(k, codec);
    this.second = second === undefined ? null : new Codec(k, second);
    this.backing = settings.backing;
    this.handle = new Int32Array(slots).fill(EMPTY);
    this.bytes = new Uint32Array(slots);
    this.flags = new Uint8Array(slots);
    this.accessed = settings.tracksAccess ? new Uint32Array(slots) : null;
  }

  /** mkswap writes the header page, which is nearly all zeros. */
  writeHeader(): void {
    const bytes = HEADER_BYTES[this.codec.name] ?? HEADER_BYTES_ELSE;
    this.handle[0] = this.pool.alloc(bytes);
    this.bytes[0] = bytes;
    this.compressedBytes += bytes;
  }

  write(slot: number, page: number): number {
    const { k } = this;
    this.discard(slot);
    this.touch(slot);
    const content = k.pages.content(page);
    if (content <= 1) {
      k.now += k.costs.zeroCheck;
      this.handle[slot] = SAME;
      this.samePages++;
      this.bytesWritten += k.settings.pageBytes;
      return k.now;
    }
    let bytes = this.codec.compress(page, k.memcgOf(page));
    const huge = this.isHuge(bytes);
    if (huge) bytes = k.settings.pageBytes;
    const handle = k.freeFrames() > this.pool.growth(bytes) ? this.pool.alloc(bytes) : EMPTY;
    if (handle < 0 || this.pool.poolPages > this.memLimitPages) {
      if (handle >= 0) this.pool.free(handle);
      this.failedWrites++;
      return -1;
    }
    this.keep(slot, handle, bytes);
    if (huge) this.hugePagesSince++;
    this.bytesWritten += k.settings.pageBytes;
    return k.now;
  }

  /** Whether so many compressed bytes would take a page of the pool anyway. */
  isHuge(bytes: number): boolean {
    return bytes > this.pool.hugeWatermark - 8;
  }

  /** The slot has an object of so many bytes from now on. */
  keep(slot: number, handle: number, bytes: number): void {
    this.handle[slot] = handle;
    this.bytes[slot] = bytes;
    this.compressedBytes += bytes;
    if (bytes >= this.k.settings.pageBytes) this.hugePages++;
    this.mostPages = Math.max(this.mostPages, this.pool.poolPages);
  }

  /** The page whose data the slot holds; -1 for the header. */
  owner(slot: number): number {
    return this.k.devices.ownerOf(this.firstSlot + slot);
  }

  /** Later than now when a page is on the backing device. */
  read(slot: number, count: number): number {
    const { k } = this;
    let done = k.now;
    for (let i = slot; i < slot + count; i++) {
      if ((this.flags[i] & BACKED) !== 0) {
        done = Math.max(done, this.backing?.read(this.handle[i]) ?? k.now);
      } else if (this.handle[i] === SAME) k.now += k.costs.zeroFill;
      else if (this.bytes[i] < k.settings.pageBytes) {
        this.codecOf(i).decompress(k.memcgOf(this.owner(i)));
      }
      this.touch(i);
      this.bytesRead += k.settings.pageBytes;
    }
    return Math.max(done, k.now);
  }

  codecOf(slot: number): Codec {
    return (this.flags[slot] & SECOND) !== 0 ? (this.second ?? this.codec) : this.codec;
  }

  /** zram_accessed(): a read or write ends idleness, and takes the slot away from writeback. */
  private touch(slot: number): void {
    this.flags[slot] &= ~(IDLE | CHOSEN);
    if (this.accessed !== null) this.accessed[slot] = this.k.now / 1e6;
  }

  discard(slot: number): void {
    this.freeObject(slot);
    this.handle[slot] = EMPTY;
    this.flags[slot] = 0;
  }

  /** Gives up what the slot has, wherever it is. */
  freeObject(slot: number): void {
    const handle = this.handle[slot];
    if (handle === EMPTY) return;
    if ((this.flags[slot] & BACKED) !== 0) {
      this.backedPages--;
      this.backing?.free(handle);
    } else if (handle === SAME) this.samePages--;
    else {
      this.pool.free(handle);
      this.compressedBytes -= this.bytes[slot];
      if (this.bytes[slot] >= this.k.settings.pageBytes) this.hugePages--;
    }
  }

  /** Whether it has an object in the pool, which alone can be idle, recompressed or written back. */
  hasObject(slot: number): boolean {
    return this.handle[slot] >= 0 && (this.flags[slot] & BACKED) === 0;
  }

  busyUntil(): number {
    return 0;
  }

  ramPages(): number {
    return this.pool.poolPages;
  }

  counters(): Record<string, number> {
    const { pool, backing } = this;
    const { pageBytes } = pool;
    return {
      bytes_read: this.bytesRead,
      bytes_written: this.bytesWritten,
      orig_data_size: (pool.objects + this.samePages + this.backedPages) * pageBytes,
      zram_compressed: this.compressedBytes,
      zram_used: pool.poolBytes,
      mem_used_max: this.mostPages * pageBytes,
      zram_same: this.samePages,
      zram_huge: this.hugePages,
      huge_pages_since: this.hugePagesSince,
      zram_failed_writes: this.failedWrites,
      ...(backing && {
        bd_count: backing.count,
        bd_reads: backing.reads,
        bd_writes: backing.writes,
      }),
    };
  }
}
