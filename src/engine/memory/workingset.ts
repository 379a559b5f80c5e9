/**
 * Refault detection: an eviction leaves the age of its lruvec behind, and a page that comes back
 * within the size of the working set is activated at once (facts 1.3). Ages wrap at 2^32; on a
 * 64-bit machine the kernel keeps more than 32 bits of age for up to 16 TiB of memory, so ages
 * are not bucketed.
 */
import type { Kernel } from '../kernel.ts';
import { ACTIVE, NO_SHADOW, SHADOW_WORKINGSET, WORKINGSET } from './pages.ts';
import type { Memcg } from './memcg.ts';
import { genRefault, leaveGenShadow } from './mglru/refaults.ts';
import type { LruSide } from './lruSide.ts';
import { countUpdates, statsOf, UPDATES } from './stats.ts';

/** Evictions and activations make everything that was evicted before one page older. */
export function ageNonresident(memcg: Memcg, pages: number): void {
  for (let m: Memcg | null = memcg; m; m = m.parent)
    m.nonresidentAge = (m.nonresidentAge + pages) >>> 0;
}

/**
 * Notes that one side of memory was costly to reclaim: an I/O weighs as much as 32 rotations, and
 * both sides are halved when together they exceed a quarter of the lists.
 */
export function noteCost(
  k: Kernel,
  memcg: Memcg,
  isFile: boolean,
  io: number,
  rotated: number,
): void {
  const cost = io * 32 + rotated;
  if (cost === 0) return;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    const { anon, file } = statsOf(k, m);
    if (isFile) file.cost += cost;
    else anon.cost += cost;
    if (anon.cost + file.cost > Math.floor((listed(anon) + listed(file)) / 4)) {
      anon.cost = Math.floor(anon.cost / 2);
      file.cost = Math.floor(file.cost / 2);
    }
  }
}

const listed = ({ flushed }: LruSide) => flushed.inactive + flushed.active;

/**
 * A page of `side` of its memcg leaves RAM: what is needed to judge its return stays behind, in the
 * reclaim root's terms.
 */
export function leaveShadow(
  k: Kernel,
  page: number,
  owner: Memcg,
  side: LruSide,
  root: Memcg,
): void {
  const { pages } = k;
  if (side.generations !== null) {
    leaveGenShadow(k, page, owner, side.generations);
    return;
  }
  const workingset = (pages.flags[page] & WORKINGSET) !== 0;
  pages.setShadowAge(page, root.nonresidentAge);
  pages.setShadowMemcg(page, root.id | (workingset ? SHADOW_WORKINGSET : 0));
  ageNonresident(root, 1);
}

/**
 * Pages that a returning page would have to displace to stay: the active list of its own side, and
 * all of the other side. Anonymous pages count only while there is swap to make them give way.
 * `foreignFilePages` are active page cache of the machine.
 */
function workingSetSize(k: Kernel, evictor: Memcg, isFile: boolean): number {
  const { anon, file } = statsOf(k, evictor);
  let size = file.flushed.active + (evictor === k.root ? k.foreignFilePages : 0);
  if (!isFile) size += file.flushed.inactive;
  if (k.space.hasRoom(evictor)) {
    size += anon.flushed.active;
    if (isFile) size += anon.flushed.inactive;
  }
  return size;
}

/**
 * A page comes back: when its refault distance fits in the working set of the memcg whose reclaim
 * evicted it, it belongs there and is activated at once. `inFault`: because of an access through a page
 * table, its own or that of a neighbour.
 */
export function refault(
  k: Kernel,
  page: number,
  owner: Memcg,
  side: LruSide,
  inFault: boolean,
): void {
  const { pages } = k;
  if (side.generations !== null) {
    genRefault(k, page, owner, side.isFile, inFault);
    return;
  }
  const shadow = pages.shadowMemcg(page);
  if (shadow === NO_SHADOW) return;
  pages.setShadowMemcg(page, NO_SHADOW);
  const counters = owner.counters;
  counters[side.counters.refault]++;
  const evictor = k.memcgs[shadow & ~SHADOW_WORKINGSET] as Memcg;
  const distance = (evictor.nonresidentAge - pages.shadowAge(page)) >>> 0;
  const size = workingSetSize(k, evictor, side.isFile);
  if (k.lives !== null) k.lives.refaulted(k.now, page, distance, size);
  if (distance > size) return;
  pages.flags[page] |= ACTIVE;
  ageNonresident(owner, 1);
  counters[side.counters.activate]++;
  countUpdates(k, owner, UPDATES.workingset);
  if ((shadow & SHADOW_WORKINGSET) !== 0) {
    pages.flags[page] |= WORKINGSET;
    noteCost(k, owner, side.isFile, 1, 0);
    counters[side.counters.restore]++;
    countUpdates(k, owner, UPDATES.workingset);
  }
}
