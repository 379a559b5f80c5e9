/** Who maps a page that is shared since a fork, and who still has an entry for it in swap, must add up. */
import type { Kernel } from '../../../src/engine/kernel.ts';
import { NOWHERE, ORPHAN, PRESENT, TOUCHED } from '../../../src/engine/memory/pages.ts';

/** Everything that does not add up, one sentence each. */
export function sharingProblems(k: Kernel): string[] {
  const problems: string[] = [];
  const { flags } = k.pages;
  for (const { sharing, family, base, count, sharers } of k.processes) {
    if (sharing === null || family === null) continue;
    let copied = 0;
    for (let page = base; page < base + count; page++) {
      const must = (truth: boolean, rule: string) => {
        if (!truth)
          problems.push(`shared page ${page} (flags ${flags[page]!.toString(2)}): ${rule}`);
      };
      const copies = family
        .slice(1)
        .filter((own) => (flags[own.base + page - base]! & (TOUCHED | ORPHAN)) === TOUCHED);
      const without = sharers - sharing.sharersOf(page);
      must(copies.length === without, `${copies.length} copies of ${without} processes`);
      copied += without;
      if ((flags[page]! & ORPHAN) !== 0) continue;
      const mappers = sharing.mappersOf(page);
      must(mappers > 0 === ((flags[page]! & PRESENT) !== 0), `mapped by ${mappers}`);
      must(sharing.swapCount(page) >= 0, 'mapped by who has a copy');
      if ((flags[page]! & TOUCHED) !== 0 && k.pages.where(page) === NOWHERE)
        must(sharing.swapCount(page) === 0, 'no entry, but a process looks for it in swap');
    }
    if (copied !== sharing.copied)
      problems.push(`${sharing.copied} entries of copies, counted ${copied}`);
  }
  return problems;
}
