/**
 * Checks that the state of a simulated kernel adds up: every page is in one place, every list,
 * charge, slot and pool agrees with the pages that make it up.
 */
import type { Kernel } from '../../../src/engine/kernel.ts';
import { placeOf } from '../../../src/engine/memory/folio.ts';
import { exitProcess } from '../../../src/engine/memory/oom.ts';
import {
  DEVICE,
  DIRTY,
  FILE,
  NEVER_MAPPED,
  NOWHERE,
  ON_LRU,
  ONLY_RAM,
  ORPHAN,
  PAGECACHE,
  PRESENT,
  READING,
  SWAPCACHE,
  TOUCHED,
  WRITEBACK,
  ZERO,
  ZSWAP,
} from '../../../src/engine/memory/pages.ts';
import { FIRST_DEVICE, POOL } from '../../../src/engine/metrics/flows.ts';
import { completeIo } from '../../../src/engine/swap/io.ts';
import { MixedSwapSpace } from '../../../src/engine/swap/mixed.ts';
import { VirtualSwapSpace } from '../../../src/engine/swap/virtual.ts';
import { Zram } from '../../../src/engine/tiers/zram.ts';
import { Findings, type Tally } from './findings.ts';
import { ListChecker } from './listInvariants.ts';
import { sharingProblems } from './sharingInvariants.ts';

const NAMES = ['NOWHERE', 'ONLY_RAM', 'ZERO', 'ZSWAP', 'DEVICE'];

class Checker extends Findings {
  private readonly tallies: Tally[];
  /** Pages whose data each device holds. */
  private readonly onDevice: number[];
  private readonly onSlots: number[];
  /** Pages out of RAM by place, and those that hold a slot without being on it, by device. */
  private readonly held: number[] = [];
  private readonly idle: number[];
  /** Pages by target slot of a transfer, and those that transfers are writing. */
  private readonly targets = new Map<number, number>();
  private readonly written = new Set<number>();
  private moving = 0;
  private descriptors = 0;
  private storedOnPlain = 0;

  constructor(k: Kernel) {
    super(k);
    this.tallies = k.memcgs.map(() => ({
      resident: 0,
      cached: 0,
      dirty: 0,
      swapcached: 0,
      swapped: 0,
      slots: 0,
      stored: 0,
      compressed: 0,
      tables: 0,
      inFlight: 0,
    }));
    this.onDevice = k.devices.list.map(() => 0);
    this.onSlots = k.devices.list.map(() => 0);
    this.idle = k.devices.list.map(() => 0);
  }

  check(): void {
    this.transfers();
    this.pages();
    this.lists();
    this.memcgs();
    this.swapSpace();
    this.machine();
    this.problems.push(...sharingProblems(this.k));
  }

  /** A page on its way to another tier holds a second slot, which nothing refers to yet. */
  private transfers(): void {
    const { k } = this;
    for (const { page, target, source, writing } of k.transfers.inFlight()) {
      // zswap's pool has no slots.
      if (target < 0) continue;
      const { index } = k.devices.of(target);
      if (writing) {
        this.written.add(page);
        if (k.devices.of(target).backend instanceof Zram) this.onDevice[index]!++;
      }
      // From zswap to the slot behind it.
      if (target === source) continue;
      this.equal(`owner of target slot ${target}`, k.devices.ownerOf(target), page);
      this.targets.set(target, page);
      this.onSlots[index]!++;
      if (k.space.name === 'virtual' && k.pages.slot(page) < 0) {
        this.tallies[k.memcgOf(page).id]!.slots++;
      }
    }
  }

  private pages(): void {
    const { k } = this;
    for (const process of k.processes) {
      const tally = this.tallies[process.memcg.id]!;
      let resident = 0;
      let swapped = 0;
      let mapped = 0;
      for (let page = process.base; page < process.base + process.count; page++) {
        if (this.k.pages.where(page) === FILE) {
          mapped += this.filePage(page, tally);
          continue;
        }
        const where = this.page(page, tally);
        if (where === 'ram') resident++;
        else if (where === 'swap') swapped++;
      }
      tally.resident += resident;
      tally.swapped += swapped;
      tally.tables += process.tables + (process.files?.treePages ?? 0);
      this.equal(`resident of process ${process.index}`, process.resident, resident + mapped);
      this.equal(`swapped of process ${process.index}`, process.swapped, swapped);
    }
  }

  /** Whether a page is in RAM or only in swap; undefined when it was never touched or is freed. */
  private page(page: number, tally: Tally): 'ram' | 'swap' | undefined {
    const { pages, space, devices } = this.k;
    const flags = pages.flags[page]!;
    const where = pages.where(page);
    const slot = pages.slot(page);
    const about = `page ${page} (flags ${flags.toString(2)}, ${NAMES[where]}, slot ${slot})`;
    const must = (truth: boolean, rule: string) => this.holds(truth, `${about}: ${rule}`);

    if ((flags & TOUCHED) === 0) {
      must(flags === 0 && where === NOWHERE && slot === -1, 'untouched, so it must have no state');
      return undefined;
    }
    const inRam = (flags & (PRESENT | SWAPCACHE)) !== 0;
    must(((flags & SWAPCACHE) !== 0) === (inRam && where !== NOWHERE), 'swap cache, but no entry');
    must(((flags & ON_LRU) !== 0) === inRam, 'on an LRU list exactly while in RAM');
    if (inRam) must(where !== ZSWAP, 'in RAM and in zswap at once');
    else {
      must(where >= ZERO, 'neither in RAM nor in swap');
      must(flags === TOUCHED, 'out of RAM, but with flags of a folio');
    }
    const reading = (flags & READING) !== 0;
    const writing = (flags & WRITEBACK) !== 0;
    must(!(reading && writing), 'read and written at once');
    if (reading || writing) {
      // A transfer has one completion for all its pages.
      if (!this.written.has(page)) this.moving++;
      tally.inFlight++;
      must(
        inRam && (where === DEVICE || this.written.has(page)),
        'I/O on a page that is not both in RAM and on a device',
      );
    } else must((flags & ORPHAN) === 0, 'orphan without I/O');
    must(writing || !this.written.has(page), 'written by a transfer, but not locked');
    must(this.k.readsInFlight.has(page) === reading, 'reads in flight disagree');
    if ((flags & NEVER_MAPPED) !== 0) must((flags & PRESENT) === 0, 'mapped, but never mapped');
    if (this.k.awaited.has(page)) {
      must(
        inRam && (flags & PRESENT) === 0,
        'a fault waits for it, but it is not in the swap cache',
      );
    }

    const plain = space.isPlain(page);
    if (where !== NOWHERE && !(space instanceof MixedSwapSpace && plain)) this.descriptors++;
    if (plain) must(slot >= 0 === (where !== NOWHERE), 'entry without its slot');
    else {
      if (where === DEVICE) must(slot >= 0, 'on a device without a slot');
      if (slot >= 0) must(where === DEVICE || where === ONLY_RAM, 'holds a slot for nothing');
    }
    if (slot >= 0) {
      const device = devices.of(slot);
      must(devices.ownerOf(slot) === page, `its slot belongs to ${devices.ownerOf(slot)}`);
      tally.slots++;
      this.onSlots[device.index]!++;
      if (where === DEVICE) this.onDevice[device.index]!++;
    }
    if (!inRam) {
      const at = placeOf(this.k, page);
      this.held[at] = (this.held[at] ?? 0) + 1;
      if (slot >= 0 && where !== DEVICE) this.idle[devices.of(slot).index]!++;
    }
    if (where === ZSWAP) {
      tally.stored++;
      if (slot >= 0 && devices.of(slot).plain) this.storedOnPlain++;
      tally.compressed += this.k.zswap?.codec.size(page) ?? NaN;
    }
    if ((flags & SWAPCACHE) !== 0) tally.swapcached++;
    return inRam ? 'ram' : 'swap';
  }

  /** A page of a file; returns 1 when it is mapped. */
  private filePage(page: number, tally: Tally): number {
    const { pages, readsInFlight, awaited } = this.k;
    const flags = pages.flags[page]!;
    const about = `page ${page} of a file (flags ${flags.toString(2)})`;
    const must = (truth: boolean, rule: string) => this.holds(truth, `${about}: ${rule}`);
    const reading = (flags & READING) !== 0;
    must(readsInFlight.has(page) === reading, 'reads in flight disagree');
    if (flags === 0) {
      must(!awaited.has(page), 'a fault waits for it, but it is not in the page cache');
      return 0;
    }
    const cached = TOUCHED | PAGECACHE | ON_LRU;
    must((flags & cached) === cached, 'in RAM, but not in the page cache or on no list');
    must(pages.slot(page) === -1, 'it has a swap slot');
    const writing = (flags & WRITEBACK) !== 0;
    must(!(reading && writing), 'read and written at once');
    must(!reading || (flags & (PRESENT | DIRTY)) === 0, 'mapped or dirty before it was read');
    if (reading || writing) {
      this.moving++;
      tally.inFlight++;
    } else must((flags & ORPHAN) === 0, 'orphan without I/O');
    tally.cached++;
    tally.resident++;
    if ((flags & DIRTY) !== 0) tally.dirty++;
    return (flags & PRESENT) === 0 ? 0 : 1;
  }

  private lists(): void {
    new ListChecker(this.k, this.problems).check(this.tallies);
  }

  private memcgs(): void {
    const { k } = this;
    for (const memcg of k.memcgs) {
      const own = this.tallies[memcg.id]!;
      const sum = (read: (t: Tally) => number) =>
        memcg.subtree.reduce((all, m) => all + read(this.tallies[m.id]!), 0);
      this.equal(`resident of ${memcg.path}`, memcg.resident, own.resident);
      this.equal(`cached of ${memcg.path}`, memcg.cached, own.cached);
      this.equal(`dirty of ${memcg.path}`, memcg.dirty, own.dirty);
      this.equal(`swapcached of ${memcg.path}`, memcg.swapcached, own.swapcached);
      this.equal(`swapped of ${memcg.path}`, memcg.swapped, own.swapped);
      this.equal(`folios of ${memcg.path} in flight`, memcg.inFlight, own.inFlight);
      this.equal(`zswapStored of ${memcg.path}`, memcg.zswapStored, own.stored);
      this.equal(
        `pages of ${memcg.path}`,
        memcg.pages,
        sum((t) => t.resident + t.tables),
      );
      this.equal(
        `swap of ${memcg.path}`,
        memcg.swap,
        sum((t) => t.slots),
      );
      this.equal(
        `zswapBytes of ${memcg.path}`,
        memcg.zswapBytes,
        k.settings.chargesZswap ? sum((t) => t.compressed) : 0,
      );
      this.holds(memcg.swap <= memcg.limits.swapMax, `${memcg.path} exceeds memory.swap.max`);
    }
  }

  private swapSpace(): void {
    const { devices, zswap, space, pages } = this.k;
    const sum = (read: (t: Tally) => number) => this.tallies.reduce((s, t) => s + read(t), 0);
    let used = 0;
    let all = 0;
    for (const device of devices.list) {
      const { slots, name, index, firstSlot } = device;
      let owned = 0;
      for (let slot = 0; slot < slots.slots; slot++) {
        const owner = slots.ownerOf(slot);
        if (owner < 0) continue;
        owned++;
        this.holds(
          (this.targets.get(firstSlot + slot) ?? -1) === owner ||
            pages.slot(owner) === firstSlot + slot,
          `slot ${slot} of ${name} belongs to page ${owner}, which is elsewhere`,
        );
      }
      this.equal(`used slots of ${name}`, slots.used, owned);
      this.equal(`slots of ${name} that pages hold`, this.onSlots[index]!, owned);
      all += owned;
      if (!device.closed) used += owned;
      if (device.backend instanceof Zram) {
        const { pool, samePages, backedPages, backing } = device.backend;
        const held = pool.objects + samePages + backedPages;
        this.holds((backing?.count ?? 0) >= backedPages, `blocks behind ${name} are missing`);
        if (!device.backend.postProcessing)
          this.equal(`blocks behind ${name}`, backing?.count ?? 0, backedPages);
        // A page that went to zswap, to a mark for zeros or to the host leaves an old copy on its slot.
        this.holds(held <= this.onSlots[index]!, `${name} holds pages without a slot`);
        if (!devices.frontswap)
          this.holds(held >= this.onDevice[index]!, `${name} has lost pages that are there`);
      }
    }
    this.equal('free slots', devices.free, devices.totalSlots - used);
    this.equal('used slots', devices.used, all);
    for (const page of this.k.readErrors) {
      const unread = pages.flags[page]! & (SWAPCACHE | PRESENT | READING | DIRTY);
      this.holds(unread === SWAPCACHE, `page ${page} could not be read, but is in use`);
    }
    if (this.k.swapAges !== null && devices.frontswap === null) {
      for (let place = POOL; place < FIRST_DEVICE + devices.list.length; place++)
        this.equal(
          `pages in the order of place ${place}`,
          this.k.swapAges.at(place),
          this.held[place] ?? 0,
        );
    }
    this.frontswap();
    if (zswap) {
      const stored = sum((t) => t.stored);
      this.equal('pages in zswap', zswap.stored, stored);
      this.equal('pages in zswap on plain slots', zswap.storedOnPlain, this.storedOnPlain);
      this.equal('objects in the pool of zswap', zswap.pool.objects, stored);
      this.equal(
        'compressed bytes in zswap',
        zswap.compressedBytes,
        sum((t) => t.compressed),
      );
    }
    const virtual = space instanceof MixedSwapSpace ? space.virtual : space;
    if (virtual instanceof VirtualSwapSpace) {
      this.equal('descriptors in use', virtual.used, this.descriptors);
    } else {
      this.holds(
        space.metadata().dynamicBytes > 0 === this.descriptors > 0,
        `${space.metadata().dynamicBytes} bytes of metadata for ${this.descriptors} entries`,
      );
    }
  }

  /** What guests have put belongs to slots in use, and what the host has of it adds up by guest. */
  private frontswap(): void {
    const { devices, root } = this.k;
    const { frontswap } = devices;
    if (!frontswap) return;
    const { pool } = frontswap;
    const bytes = [...pool.usedBy].fill(0);
    const put = [...frontswap.pagesOf].fill(0);
    let onDisk = 0;
    for (const { slots, firstSlot, name } of devices.list) {
      for (let slot = firstSlot; slot < firstSlot + slots.slots; slot++) {
        const has = frontswap.has(slot);
        this.holds(has || !pool.holds(slot), `the host keeps slot ${slot}, which was given up`);
        if (!has) continue;
        const page = devices.ownerOf(slot);
        this.holds(page >= 0, `the host keeps slot ${slot} of ${name}, which is free`);
        if (page < 0) continue;
        const where = this.k.pages.where(page);
        this.holds(where === DEVICE, `the host keeps page ${page}, which is ${NAMES[where]}`);
        const memcg = this.k.memcgOf(page);
        const guest = root.children.findIndex((g) => g.subtree.includes(memcg)) + 1;
        this.holds(
          pool.holds(slot) || frontswap.writesThrough(memcg),
          `the host has lost page ${page}, of which it has the only copy`,
        );
        put[guest]!++;
        bytes[guest]! += pool.ramOf(slot);
        if (pool.holds(slot) && pool.ramOf(slot) === 0) onDisk++;
      }
    }
    this.cleancache(bytes);
    bytes.forEach((sum, g) => this.equal(`host bytes of guest ${g}`, pool.usedBy[g]!, sum));
    put.forEach((pages, g) => this.equal(`pages put by guest ${g}`, frontswap.pagesOf[g]!, pages));
    this.equal(
      'host bytes',
      pool.used,
      bytes.reduce((a, b) => a + b, 0),
    );
    this.equal("pages on the host's disk", pool.onDisk, onDisk);
  }

  /** The host has pages of files that the page cache does not have. */
  private cleancache(bytes: number[]): void {
    const { cleancache, pages, devices, root } = this.k;
    if (cleancache === null) return;
    const { pool } = devices.frontswap!;
    const firstKey = devices.list.reduce((sum, { slots }) => sum + slots.slots, 0);
    for (let page = 0; page < pages.count; page++) {
      if (!cleancache.holds(page)) continue;
      this.equal(`kind of page ${page}, which the host has`, pages.where(page), FILE);
      this.equal(`flags of page ${page}, which the host has`, pages.flags[page]!, 0);
      const memcg = this.k.memcgOf(page);
      const guest = root.children.findIndex((g) => g.subtree.includes(memcg)) + 1;
      bytes[root.children.length + 1 + guest]! += pool.ramOf(firstKey + page);
    }
  }

  private machine(): void {
    const { k } = this;
    const frames = this.tallies.reduce((sum, t) => sum + t.resident + t.tables, 0);
    this.equal('frames in use', k.framesUsed, frames);
    this.holds(k.freeFrames() >= 0, `${-k.freeFrames()} more frames in use than RAM has`);
    this.equal('I/O under way', k.io.size, this.moving + k.transfers.active + k.softirq.pending);
    k.held.forEach((pages, at) => this.equal(`pages in place ${at}`, pages, this.held[at] ?? 0));
    k.idleSlots.forEach((slots, d) =>
      this.equal(`idle slots of device ${d}`, slots, this.idle[d]!),
    );
  }
}

/** Everything that does not add up, one sentence each, at most 20. */
export function violations(k: Kernel): string[] {
  const checker = new Checker(k);
  checker.check();
  return checker.problems.slice(0, 20);
}

/** Ends every process and lets all I/O complete; afterwards nothing may be left of them. */
export function leftovers(k: Kernel): string[] {
  for (const process of k.processes) exitProcess(k, process);
  k.now = Number.MAX_SAFE_INTEGER;
  completeIo(k);
  const problems = violations(k);
  const none = (what: string, value: number) => {
    if (value !== 0) problems.push(`${value} ${what} left`);
  };
  none('frames', k.framesUsed);
  none('used slots', k.devices.used);
  none('pages that could not be read', k.readErrors.size);
  none('bytes of dynamic metadata', k.space.metadata().dynamicBytes);
  none('pool pages of zswap', k.zswap?.pool.poolPages ?? 0);
  none('bytes in the pool of the host', k.devices.frontswap?.pool.used ?? 0);
  none('pages on the disk of the host', k.devices.frontswap?.pool.onDisk ?? 0);
  none('pool pages of zram', k.devices.ramPages());
  for (const m of k.memcgs) {
    none(`pages charged to ${m.path}`, m.pages);
    none(`slots charged to ${m.path}`, m.swap);
    none(`compressed bytes charged to ${m.path}`, m.zswapBytes);
  }
  return problems;
}
