/** Writes to the files `idle`, `writeback` and `recompress` of a zram (facts 5). */
import type { Kernel } from '../kernel.ts';
import type { ScenarioAction } from '../scenario/schema.ts';
import { Zram } from '../tiers/zram.ts';
import { markIdle, nextOf, recompress, ZramWriteback } from '../tiers/zramPostProcessing.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

function zramNamed(k: Kernel, tier: string): Zram {
  const { backend } = k.devices.named(tier);
  if (!(backend instanceof Zram)) throw new Error(`The tier ${tier} is no zram`);
  return backend;
}

export class MarkZramIdle implements Action {
  constructor(k: Kernel, { tier, olderThan }: Extract<ScenarioAction, { do: 'zram-idle' }>) {
    const marked = markIdle(k, zramNamed(k, tier), olderThan);
    k.note('note', `tier:${tier}`, `${marked} pages of ${tier} are idle.`);
  }

  run(): number {
    return DONE;
  }
}

/** One at a time: the second gets EAGAIN. Whether this is the first. */
function beginsAlone(k: Kernel, zram: Zram, tier: string): boolean {
  if (zram.postProcessing)
    k.note('note', `tier:${tier}`, `${tier} is being processed already (EAGAIN).`);
  const first = !zram.postProcessing;
  zram.postProcessing = true;
  return first;
}

export class WriteZramBack implements Action {
  private readonly action: Extract<ScenarioAction, { do: 'zram-writeback' }>;
  private readonly zram: Zram;
  private readonly writeback: ZramWriteback;
  private readonly alone: boolean;
  /** The next slot to look at, and whether the last one was the end. */
  private slot = 0;
  private last = false;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'zram-writeback' }>) {
    this.action = action;
    this.zram = zramNamed(k, action.tier);
    this.writeback = new ZramWriteback(k, this.zram);
    this.alone = beginsAlone(k, this.zram, action.tier);
    const { backing } = this.zram;
    if (backing !== null && action.limit !== undefined) backing.budget = action.limit;
  }

  run(k: Kernel, until: number): number {
    const { writeback, action, zram } = this;
    if (!this.alone) return DONE;
    while (k.now < until) {
      if (writeback.underWay === action.batch || (this.last && writeback.underWay > 0)) {
        if (writeback.writtenAt > k.now) return writeback.writtenAt;
        writeback.end();
        continue;
      }
      if (this.last) return this.end(k);
      const slot = nextOf(zram, this.slot, action.pages);
      if (slot < 0 || !writeback.begin(slot)) this.last = true;
      this.slot = slot + 1;
    }
    return UNFINISHED;
  }

  private end(k: Kernel): typeof DONE {
    const { tier } = this.action;
    this.zram.postProcessing = false;
    k.note('note', `tier:${tier}`, `${this.writeback.written} pages of ${tier} were written back.`);
    return DONE;
  }
}

export class RecompressZram implements Action {
  private readonly action: Extract<ScenarioAction, { do: 'zram-recompress' }>;
  private readonly zram: Zram;
  /** The next slot to look at. */
  private slot = 0;
  private smaller = 0;
  private readonly alone: boolean;

  constructor(k: Kernel, action: Extract<ScenarioAction, { do: 'zram-recompress' }>) {
    this.action = action;
    this.zram = zramNamed(k, action.tier);
    this.alone = beginsAlone(k, this.zram, action.tier);
  }

  run(k: Kernel, until: number): number {
    const { action, zram } = this;
    if (!this.alone) return DONE;
    while (k.now < until) {
      const slot = nextOf(zram, this.slot, action.pages);
      const outcome = slot < 0 ? 'no memory' : recompress(k, zram, slot, action.threshold);
      if (outcome === 'smaller') this.smaller++;
      this.slot = slot + 1;
      if (outcome === 'no memory') return this.end(k);
    }
    return UNFINISHED;
  }

  private end(k: Kernel): typeof DONE {
    const { tier } = this.action;
    this.zram.postProcessing = false;
    k.note(
      'note',
      `tier:${tier}`,
      `${this.smaller} pages of ${tier} take less after recompression.`,
    );
    return DONE;
  }
}
