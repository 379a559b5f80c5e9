/** An administrator's write to memory.reclaim, with what it brought as an event of the run. */
import type { Kernel } from '../kernel.ts';
import { memcgAt } from '../memory/memcg.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { DONE, type Action } from './action.ts';
import { MemoryReclaim } from './memoryReclaim.ts';
import { ProactiveWriteback } from './proactiveWriteback.ts';

export class ReclaimAction implements Action {
  private readonly path: string;
  private readonly write: MemoryReclaim | ProactiveWriteback;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'memory-reclaim' }>) {
    const memcg = memcgAt(k.memcgs, action.cgroup);
    this.path = memcg.path;
    this.write =
      action.source === 'zswap'
        ? new ProactiveWriteback(k, memcg, action.amount, action.olderThan)
        : new MemoryReclaim(k, memcg, action.amount, action.swappiness ?? null);
  }

  run(k: Kernel, until: number): number {
    const { write, path } = this;
    const outcome = write.run(k, until);
    if (outcome !== DONE) return outcome;
    const bytes =
      write instanceof MemoryReclaim ? write.reclaimed * k.settings.pageBytes : write.written;
    const from = write instanceof MemoryReclaim ? '' : ' from zswap';
    const end = write.short ? ' and gave up with EAGAIN' : '';
    k.note(
      'reclaim',
      `cgroup:${path}`,
      `memory.reclaim of ${path} got ${bytes} bytes${from}${end}.`,
    );
    return DONE;
  }
}
