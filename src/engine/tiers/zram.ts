/**
 * zram: a block device that keeps what is written to it compressed in RAM, served inside the
 * caller (facts 5). Same-filled pages cost nothing, pages that hardly compress are kept whole.
 * Its memory is the machine's, not charged to any memcg.
 */
import type { Kernel } from '../kernel.ts';
import type { CodecName } from '../scenario/presets.ts';
import type { Backend } from '../swap/devices.ts';
import { Codec } from './codec.ts';
import { Zsmalloc } from './zsmalloc.ts';

const EMPTY = -1;
const SAME = -2;
/** Compressed size of a swap header, bytes: 63 or 65 measured with lz4, 73 with lzo-rle. */
const HEADER_BYTES = { lz4: 65, 'lzo-rle': 73 };
/** Of the other codecs, for which none was measured: estimate. */
const HEADER_BYTES_ELSE = 65;

export class Zram implements Backend {
  readonly pool: Zsmalloc;
  private readonly codec: Codec;
  private readonly headerBytes: number;
  /** By slot: zspage of its data, EMPTY or SAME. */
  private readonly handle: Int32Array;
  private readonly bytes: Uint32Array;
  compressedBytes = 0;
  samePages = 0;
  hugePages = 0;
  failedWrites = 0;
  bytesRead = 0;
  bytesWritten = 0;

  private readonly k: Kernel;
  private readonly memLimitPages: number;
  /** Global number of slot 0. */
  private readonly firstSlot: number;

  constructor(
    k: Kernel,
    codec: CodecName,
    slots: number,
    memLimitPages: number,
    firstSlot: number,
  ) {
    this.k = k;
    this.memLimitPages = memLimitPages;
    this.firstSlot = firstSlot;
    this.pool = new Zsmalloc(k.settings.pageBytes);
    this.codec = new Codec(k, codec);
    this.headerBytes =
      codec === 'lz4' || codec === 'lzo-rle' ? HEADER_BYTES[codec] : HEADER_BYTES_ELSE;
    this.handle = new Int32Array(slots).fill(EMPTY);
    this.bytes = new Uint32Array(slots);
  }

  /** mkswap writes the header page, which is nearly all zeros. */
  writeHeader(): void {
    const bytes = this.headerBytes;
    this.handle[0] = this.pool.alloc(bytes);
    this.bytes[0] = bytes;
    this.compressedBytes += bytes;
  }

  write(slot: number, page: number): number {
    const { k } = this;
    this.discard(slot);
    const content = k.pages.content(page);
    if (content <= 1) {
      k.now += k.costs.zeroCheck;
      this.handle[slot] = SAME;
      this.samePages++;
      this.bytesWritten += k.settings.pageBytes;
      return k.now;
    }
    let bytes = this.codec.compress(page, k.memcgOf(page));
    const huge = bytes > this.pool.hugeWatermark - 8;
    if (huge) bytes = k.settings.pageBytes;
    const handle = k.freeFrames() > this.pool.growth(bytes) ? this.pool.alloc(bytes) : EMPTY;
    if (handle < 0 || this.pool.poolPages > this.memLimitPages) {
      if (handle >= 0) this.pool.free(handle);
      this.failedWrites++;
      return -1;
    }
    this.handle[slot] = handle;
    this.bytes[slot] = bytes;
    this.compressedBytes += bytes;
    if (huge) this.hugePages++;
    this.bytesWritten += k.settings.pageBytes;
    return k.now;
  }

  read(slot: number, count: number): number {
    const { k } = this;
    for (let i = slot; i < slot + count; i++) {
      const owner = k.devices.ownerOf(this.firstSlot + i);
      if (this.handle[i] === SAME) k.now += k.costs.zeroFill;
      else if (this.bytes[i] < k.settings.pageBytes) this.codec.decompress(k.memcgOf(owner));
      this.bytesRead += k.settings.pageBytes;
    }
    return k.now;
  }

  discard(slot: number): void {
    const handle = this.handle[slot];
    if (handle === EMPTY) return;
    if (handle === SAME) this.samePages--;
    else {
      this.pool.free(handle);
      this.compressedBytes -= this.bytes[slot];
      if (this.bytes[slot] >= this.k.settings.pageBytes) this.hugePages--;
    }
    this.handle[slot] = EMPTY;
  }

  busyUntil(): number {
    return 0;
  }

  ramPages(): number {
    return this.pool.poolPages;
  }

  counters(): Record<string, number> {
    return {
      bytes_read: this.bytesRead,
      bytes_written: this.bytesWritten,
      zram_compressed: this.compressedBytes,
      zram_used: this.pool.poolBytes,
      zram_same: this.samePages,
      zram_huge: this.hugePages,
      zram_failed_writes: this.failedWrites,
    };
  }
}
