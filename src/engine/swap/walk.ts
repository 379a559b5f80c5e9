/**
 * The third poison of thread 000: a page-table entry names a slot, as today, and a page may move to
 * another one at the price of a walk over the page tables of everyone who may map it, as swapoff
 * walks them (facts 6.6; try_to_unuse() of mm/swapfile.c). Nothing leads from a slot to the entries
 * that name it, so the walk is over every process that has ever swapped; pages that move together share it.
 */
import { ReservedSwapSpace } from './reserved.ts';

export class WalkSwapSpace extends ReservedSwapSpace {
  override readonly name = 'walk';
  override readonly movesPages = true;

  override moveCost(pages: readonly number[]): number {
    const { walkPte, slotAllocate, slotFree } = this.k.costs;
    return this.mappedEntries() * walkPte + pages.length * (slotAllocate + slotFree);
  }

  /** Page-table entries in use, of mapped and of swapped pages, in all processes. */
  private mappedEntries(): number {
    let entries = 0;
    for (const process of this.k.processes)
      if (process.hasSwapped) {
        const { resident, swapped, sharers, sharing } = process;
        entries += (resident + swapped) * sharers - (sharing?.copied ?? 0);
      }
    return entries;
  }
}
