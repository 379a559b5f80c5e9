/**
 * What an administrator does with pages that are in a zram (facts 5): marks them idle, compresses
 * them again with a second codec, or writes them to its backing device. Slots are looked at in their
 * order. Written from memory of drivers/block/zram/zram_drv.c of 6.18.
 */
import type { Kernel } from '../kernel.ts';
import { BACKED, CHOSEN, IDLE, INCOMPRESSIBLE, SECOND, type Zram } from './zram.ts';

/** Which pages are meant, as the files `writeback` and `recompress` take it. */
export type ZramKind = 'all' | 'idle' | 'huge' | 'huge_idle' | 'incompressible';

/** Whether the slot has an object of this kind. */
function isOf(zram: Zram, slot: number, kind: ZramKind): boolean {
  if (!zram.hasObject(slot)) return false;
  const flags = zram.flags[slot];
  const idle = (flags & IDLE) !== 0;
  const huge = zram.bytes[slot] >= zram.pool.pageBytes;
  if (kind === 'idle') return idle;
  if (kind === 'huge') return huge;
  if (kind === 'huge_idle') return idle && huge;
  return kind === 'all' || (flags & INCOMPRESSIBLE) !== 0;
}

/** Slots in use, in order; the first holds the header, which is a page like others. */
export function nextOf(zram: Zram, from: number, kind: ZramKind): number {
  let slot = from;
  while (slot < zram.handle.length && !isOf(zram, slot, kind)) slot++;
  return slot < zram.handle.length ? slot : -1;
}

/** Marks what was not accessed for so long (ns; 0: everything) as idle, and the rest as not idle. */
export function markIdle(k: Kernel, zram: Zram, olderThan: number): number {
  let marked = 0;
  const cutoff = Math.floor((k.now - olderThan) / 1e6);
  for (let slot = 0; slot < zram.handle.length; slot++) {
    if (!zram.hasObject(slot)) continue;
    const idle = olderThan === 0 || (zram.accessed?.[slot] ?? 0) < cutoff;
    if (idle) zram.flags[slot] |= IDLE;
    else zram.flags[slot] &= ~IDLE;
    if (idle) marked++;
  }
  return marked;
}

/** Why an object is compressed again or is not. */
export type Recompression = 'smaller' | 'not smaller' | 'left alone' | 'no memory';

/**
 * Compresses an object of at least `threshold` bytes with the second codec, and keeps that when it falls
 * into a smaller class and below the threshold. One that does not counts as incompressible.
 */
export function recompress(k: Kernel, zram: Zram, slot: number, threshold: number): Recompression {
  const { pool, second, flags } = zram;
  const page = zram.owner(slot);
  const left = SECOND | INCOMPRESSIBLE;
  if (second === null || page < 0 || (flags[slot] & left) !== 0) return 'left alone';
  if (zram.bytes[slot] < threshold) return 'left alone';
  const memcg = k.memcgOf(page);
  flags[slot] &= ~IDLE;
  if (zram.bytes[slot] < pool.pageBytes) zram.codec.decompress(memcg);
  const bytes = second.compress(page, memcg);
  const smaller = !zram.isHuge(bytes) && pool.classFor(bytes) < pool.classFor(zram.bytes[slot]);
  if (!smaller || (threshold > 0 && bytes >= threshold)) {
    if (!smaller) flags[slot] |= INCOMPRESSIBLE;
    return 'not smaller';
  }
  if (k.freeFrames() <= pool.growth(bytes)) return 'no memory';
  const handle = pool.alloc(bytes);
  zram.freeObject(slot);
  zram.keep(slot, handle, bytes);
  flags[slot] = SECOND;
  return 'smaller';
}

/** Pages on their way to the backing device. */
export class ZramWriteback {
  written = 0;
  private readonly slots: number[] = [];
  private readonly blocks: number[] = [];
  private doneAt = 0;

  private readonly k: Kernel;
  private readonly zram: Zram;

  constructor(k: Kernel, zram: Zram) {
    this.k = k;
    this.zram = zram;
  }

  get underWay(): number {
    return this.slots.length;
  }

  /** Begins to write a slot; false when the budget is spent or no block is free. */
  begin(slot: number): boolean {
    const { k, zram } = this;
    const { backing } = zram;
    if (backing === null || backing.budget <= this.underWay * zram.pool.pageBytes) return false;
    const block = backing.allocate();
    if (block < 0) return false;
    const page = zram.owner(slot);
    const compressed = zram.bytes[slot] < zram.pool.pageBytes;
    if (compressed) zram.codecOf(slot).decompress(page < 0 ? k.root : k.memcgOf(page));
    zram.flags[slot] |= CHOSEN;
    this.slots.push(slot);
    this.blocks.push(block);
    this.doneAt = Math.max(this.doneAt, backing.write(block));
    return true;
  }

  /** When all of them are written, ns. */
  get writtenAt(): number {
    return this.doneAt;
  }

  /** All are written: those that nobody touched meanwhile give up their objects. */
  end(): void {
    const { zram, slots, blocks } = this;
    const { backing } = zram;
    if (backing === null) return;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if ((zram.flags[slot] & CHOSEN) === 0) {
        backing.free(blocks[i]);
        continue;
      }
      zram.freeObject(slot);
      zram.handle[slot] = blocks[i];
      zram.bytes[slot] = 0;
      zram.flags[slot] = BACKED;
      zram.backedPages++;
      backing.noteWritten();
      this.written++;
    }
    slots.length = 0;
    blocks.length = 0;
  }
}
