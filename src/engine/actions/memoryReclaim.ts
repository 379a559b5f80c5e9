/**
 * A write to memory.reclaim: rounds that each ask for a quarter of what is still wanted, until all
 * of it is reclaimed or 16 rounds have brought nothing, which the writer sees as EAGAIN
 * (user_proactive_reclaim() of mm/vmscan.c, facts 1.4 and 8.1). It is no pressure on the cgroup.
 */
import { MAX_RECLAIM_RETRIES, type Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { tryToFree } from '../memory/reclaim.ts';
import type { Proactive } from '../memory/scanControl.ts';
import { C } from '../metrics/counters.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

export class MemoryReclaim implements Action {
  /** Pages that it reclaimed so far. */
  reclaimed = 0;
  /** It gave up before all was reclaimed. */
  short = false;
  private retries = MAX_RECLAIM_RETRIES;

  private readonly memcg: Memcg;
  private readonly wanted: number;
  private readonly proactive: Proactive;

  /** Asks for `bytes`, cut to whole pages; `swappiness` is null for the machine's own. */
  constructor(k: Kernel, memcg: Memcg, bytes: number, swappiness: number | null) {
    this.memcg = memcg;
    this.wanted = Math.floor(bytes / k.settings.pageBytes);
    this.proactive = { swappiness };
    memcg.counters[C.reclaim_requested] += this.wanted * k.settings.pageBytes;
  }

  run(k: Kernel, until: number): number {
    while (this.reclaimed < this.wanted) {
      if (k.now >= until) return UNFINISHED;
      const batch = Math.floor((this.wanted - this.reclaimed) / 4);
      const freed = tryToFree(k, this.memcg, batch, true, this.proactive);
      this.reclaimed += freed;
      this.memcg.counters[C.reclaim_got] += freed * k.settings.pageBytes;
      // A full queue of a device puts the writer to sleep; that round is not over.
      if (k.blockedUntil > k.now) return k.blockedUntil;
      if (freed === 0 && this.retries-- === 0) {
        this.short = true;
        break;
      }
    }
    return DONE;
  }
}
