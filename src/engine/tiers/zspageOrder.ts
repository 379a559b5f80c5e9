/**
 * The LRU that allocators of compressed pages kept themselves until 2023 (zbud, z3fold, and zsmalloc from
 * 6.3 on; thread of November 2022): zspages in the order of their last store, of all memcgs together.
 * Writeback takes the oldest zspage and everything in it, whoever owns it and however old it is.
 */
const NONE = -1;

export class ZspageOrder {
  /** By page: neighbours among the pages of its zspage. */
  private readonly nextInside: Int32Array;
  private readonly previousInside: Int32Array;
  /** By zspage: its newest page, and neighbours in the order; `older` leads to the oldest. */
  private newest = new Int32Array(64).fill(NONE);
  private older = new Int32Array(64).fill(NONE);
  private younger = new Int32Array(64).fill(NONE);
  private youngestZspage = NONE;
  private oldestZspage = NONE;

  constructor(pages: number) {
    this.nextInside = new Int32Array(pages).fill(NONE);
    this.previousInside = new Int32Array(pages).fill(NONE);
  }

  /** A page was stored in a zspage, which becomes the youngest. */
  stored(page: number, zspage: number): void {
    if (zspage >= this.newest.length) this.grow(zspage);
    const head = this.newest[zspage] as number;
    if (head !== NONE) {
      this.unlink(zspage);
      this.previousInside[head] = page;
    }
    this.nextInside[page] = head;
    this.previousInside[page] = NONE;
    this.newest[zspage] = page;
    this.link(zspage);
  }

  /** A page left its zspage; one that is empty leaves the order. */
  dropped(page: number, zspage: number): void {
    const next = this.nextInside[page] as number;
    const previous = this.previousInside[page] as number;
    if (next !== NONE) this.previousInside[next] = previous;
    if (previous !== NONE) this.nextInside[previous] = next;
    else this.newest[zspage] = next;
    if (this.newest[zspage] === NONE) this.unlink(zspage);
  }

  /** A zspage that could not be emptied goes to the young end. */
  postpone(zspage: number): void {
    this.unlink(zspage);
    this.link(zspage);
  }

  /** A page of the oldest zspage; -1 when there is none. */
  oldest(): number {
    return this.oldestZspage === NONE ? NONE : (this.newest[this.oldestZspage] as number);
  }

  private link(zspage: number): void {
    const next = this.youngestZspage;
    this.older[zspage] = next;
    this.younger[zspage] = NONE;
    if (next !== NONE) this.younger[next] = zspage;
    else this.oldestZspage = zspage;
    this.youngestZspage = zspage;
  }

  private unlink(zspage: number): void {
    const older = this.older[zspage] as number;
    const younger = this.younger[zspage] as number;
    if (older !== NONE) this.younger[older] = younger;
    else this.oldestZspage = younger;
    if (younger !== NONE) this.older[younger] = older;
    else this.youngestZspage = older;
  }

  private grow(zspage: number): void {
    const longer = (column: Int32Array) => {
      const grown = new Int32Array(Math.max(column.length * 2, zspage + 1)).fill(NONE);
      grown.set(column);
      return grown;
    };
    this.newest = longer(this.newest);
    this.older = longer(this.older);
    this.younger = longer(this.younger);
  }
}
