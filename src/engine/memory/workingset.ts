/**
 * Refault detection: an eviction leaves the age of its lruvec behind, and a page that comes back
 * within the size of the working set is activated at once (facts 1.3). Ages wrap at 2^32; on a
 * 64-bit machine the kernel keeps more than 32 bits of age for up to 16 TiB of memory, so ages
 * are not bucketed.
 */
import type { Kernel } from '../kernel.ts';
import { C } from '../metrics/counters.ts';
import { ACTIVE, NO_SHADOW, SHADOW_WORKINGSET, WORKINGSET } from './pages.ts';
import type { Memcg } from './memcg.ts';
import { anonStats, countUpdates, UPDATES } from './stats.ts';

/** Evictions and activations make everything that was evicted before one page older. */
export function ageNonresident(memcg: Memcg, pages: number): void {
  for (let m: Memcg | null = memcg; m; m = m.parent)
    m.nonresidentAge = (m.nonresidentAge + pages) >>> 0;
}

/**
 * Notes that one side of memory was costly to reclaim: an I/O weighs as much as 32 rotations, and
 * both sides are halved when together they exceed a quarter of the lists.
 */
export function noteCost(k: Kernel, memcg: Memcg, io: number, rotated: number): void {
  const cost = io * 32 + rotated;
  if (cost === 0) return;
  for (let m: Memcg | null = memcg; m; m = m.parent) {
    m.anonCost += cost;
    const stats = anonStats(k, m);
    if (m.anonCost + m.fileCost > Math.floor((stats.inactiveAnon + stats.activeAnon) / 4)) {
      m.anonCost = Math.floor(m.anonCost / 2);
      m.fileCost = Math.floor(m.fileCost / 2);
    }
  }
}

/** A page leaves RAM: what is needed to judge its return stays behind, in the reclaim root's terms. */
export function leaveShadow(k: Kernel, page: number, root: Memcg): void {
  const { pages } = k;
  const workingset = (pages.flags[page] & WORKINGSET) !== 0;
  pages.setShadowAge(page, root.nonresidentAge);
  pages.setShadowMemcg(page, root.id | (workingset ? SHADOW_WORKINGSET : 0));
  ageNonresident(root, 1);
}

/**
 * A page comes back: when its refault distance fits in the active list of the memcg whose reclaim
 * evicted it, it belongs to the working set and is activated at once.
 */
export function refault(k: Kernel, page: number, owner: Memcg): void {
  const { pages } = k;
  const shadow = pages.shadowMemcg(page);
  if (shadow === NO_SHADOW) return;
  pages.setShadowMemcg(page, NO_SHADOW);
  const counters = owner.counters;
  counters[C.workingset_refault_anon]++;
  const evictor = k.memcgs[shadow & ~SHADOW_WORKINGSET] as Memcg;
  const distance = (evictor.nonresidentAge - pages.shadowAge(page)) >>> 0;
  // All page cache counts; active anonymous pages only while there is swap to make room for others.
  const file = evictor === k.root ? k.foreignFilePages : 0;
  const anon = k.space.hasRoom(evictor) ? anonStats(k, evictor).activeAnon : 0;
  if (distance > file + anon) return;
  pages.flags[page] |= ACTIVE;
  ageNonresident(owner, 1);
  counters[C.workingset_activate_anon]++;
  countUpdates(k, owner, UPDATES.workingset);
  if ((shadow & SHADOW_WORKINGSET) !== 0) {
    pages.flags[page] |= WORKINGSET;
    noteCost(k, owner, 1, 0);
    counters[C.workingset_restore_anon]++;
    countUpdates(k, owner, UPDATES.workingset);
  }
}
