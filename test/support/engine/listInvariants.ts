/** Checks that the LRU lists, the generations and zswap's lists hold the pages that say so, once each. */
import type { LruList } from '../../../src/engine/memory/lruList.ts';
import type { LruSide } from '../../../src/engine/memory/lruSide.ts';
import type { Memcg } from '../../../src/engine/memory/memcg.ts';
import { generation } from '../../../src/engine/memory/mglru/folioGen.ts';
import {
  MAX_NR_GENS,
  MIN_NR_GENS,
  type GenerationSide,
} from '../../../src/engine/memory/mglru/generations.ts';
import { ACTIVE, FILE, ON_LRU, ZSWAP } from '../../../src/engine/memory/pages.ts';
import { Findings, type Tally } from './findings.ts';

export class ListChecker extends Findings {
  /** `tallies` by the memcg's id. */
  check(tallies: readonly Tally[]): void {
    for (const memcg of this.k.memcgs) {
      const tally = tallies[memcg.id]!;
      for (const side of [memcg.anon, memcg.file]) {
        this.lru(memcg, side, side.inactive, false);
        this.lru(memcg, side, side.active, true);
        if (side.generations) this.generations(memcg, side, side.generations);
        this.equal(
          `pages on the ${side.isFile ? 'file' : 'anon'} lists of ${memcg.path}`,
          side.generations
            ? side.generations.lists.reduce((sum, list) => sum + list.size, 0)
            : side.inactive.size + side.active.size,
          side.isFile ? tally.cached : tally.resident - tally.cached,
        );
      }
      this.zswapList(memcg, tally.stored);
    }
  }

  /** Every page is linked once and counted in one generation, its own, and the window is in bounds. */
  private generations(memcg: Memcg, side: LruSide, generations: GenerationSide): void {
    const { pages } = this.k;
    const name = `${side.isFile ? 'file' : 'anon'} side of ${memcg.path}`;
    const seen = new Set<number>();
    const sizes = generations.sizes.map(() => 0);
    for (const list of generations.lists) {
      let count = 0;
      for (const page of list.pages()) {
        this.member(name, memcg, side, page);
        this.holds((pages.flags[page]! & ACTIVE) === 0, `${name}: page ${page} is active as well`);
        this.holds(!seen.has(page), `${name}: page ${page} is linked twice`);
        seen.add(page);
        sizes[generation(pages, page)]!++;
        count++;
      }
      this.equal(`size of a list of the ${name}`, list.size, count);
    }
    sizes.forEach((size, gen) =>
      this.equal(`generation ${gen} of the ${name}`, generations.sizes[gen]!, size),
    );
    const { generations: window, activeSize, inactiveSize } = generations;
    this.holds(window >= MIN_NR_GENS && window <= MAX_NR_GENS, `${name}: ${window} generations`);
    this.equal(`active and inactive of the ${name}`, activeSize + inactiveSize, seen.size);
  }

  private member(name: string, memcg: Memcg, side: LruSide, page: number): void {
    const { pages } = this.k;
    this.holds(
      (pages.flags[page]! & ON_LRU) !== 0,
      `${name}: page ${page} is not marked as on a list`,
    );
    this.holds(this.k.memcgOf(page) === memcg, `${name}: page ${page} belongs to another memcg`);
    this.holds(
      (pages.where(page) === FILE) === side.isFile,
      `${name}: page ${page} belongs to the other side`,
    );
  }

  private lru(memcg: Memcg, side: LruSide, list: LruList, active: boolean): void {
    const { pages } = this.k;
    const name = `${active ? 'active' : 'inactive'} ${side.isFile ? 'file' : 'anon'} list of ${memcg.path}`;
    let count = 0;
    for (const page of list.pages()) {
      const flags = pages.flags[page]!;
      this.member(name, memcg, side, page);
      this.holds(((flags & ACTIVE) !== 0) === active, `${name}: page ${page} is on the wrong list`);
      count++;
    }
    this.equal(`size of the ${name}`, list.size, count);
  }

  private zswapList(memcg: Memcg, stored: number): void {
    const { pages } = this.k;
    let count = 0;
    for (const page of memcg.zswapLru.pages()) {
      this.holds(
        pages.where(page) === ZSWAP,
        `zswap's list of ${memcg.path}: page ${page} does not belong there`,
      );
      count++;
    }
    this.equal(`size of zswap's list of ${memcg.path}`, memcg.zswapLru.size, count);
    this.equal(`length of zswap's list of ${memcg.path}`, count, stored);
  }
}
