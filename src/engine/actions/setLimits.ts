/**
 * Writes to memory.max, memory.high, memory.low and memory.min of a cgroup (memory_max_write() and
 * memory_high_write() of mm/memcontrol.c): the new value holds at once, then what is above it is
 * reclaimed; above memory.max the OOM killer has the last word.
 */
import { MAX_RECLAIM_RETRIES, type Kernel } from '../kernel.ts';
import { memcgAt, type Memcg } from '../memory/memcg.ts';
import { killForMemory } from '../memory/oom.ts';
import { tryToFree } from '../memory/reclaim.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

export class SetLimits implements Action {
  private readonly memcg: Memcg;
  private retries = MAX_RECLAIM_RETRIES;

  /** `noted`: each new value is an event of the run. */
  constructor(
    k: Kernel,
    action: Extract<ScenarioAction, { do: 'set-limits' }>,
    noted: boolean = true,
  ) {
    const memcg = memcgAt(k.memcgs, action.cgroup);
    this.memcg = memcg;
    const { pageBytes } = k.settings;
    for (const file of ['max', 'high', 'low', 'min'] as const) {
      const bytes = action[file];
      if (bytes === undefined) continue;
      memcg.limits[file] = bytes === Infinity ? Infinity : Math.floor(bytes / pageBytes);
      if (!noted) continue;
      k.note(
        'limit_change',
        `cgroup:${memcg.path}`,
        `memory.${file} of ${memcg.path} is ${bytes === Infinity ? 'max' : `${bytes} bytes`} now.`,
      );
    }
  }

  run(k: Kernel, until: number): number {
    const { memcg } = this;
    const { max, high } = memcg.limits;
    for (;;) {
      const over = memcg.usage(k.settings.pageBytes) - Math.min(max, high);
      if (over <= 0) return DONE;
      if (k.now >= until) return UNFINISHED;
      const freed = tryToFree(k, memcg, over, true);
      if (k.blockedUntil > k.now) return k.blockedUntil;
      if (freed > 0 || this.retries-- > 0) continue;
      if (memcg.usage(k.settings.pageBytes) <= max) return DONE;
      if (!killForMemory(k, memcg)) return DONE;
    }
  }
}
