/** Pages in the order of a time, the earliest first. Entries that no longer hold are dropped when they come up. */

const FIRST_CAPACITY = 64;

export class AgeHeap {
  /** Entries, those that no longer hold included. */
  size = 0;
  private keys = new Float64Array(FIRST_CAPACITY);
  private pages = new Int32Array(FIRST_CAPACITY);
  private readonly holds: (page: number, key: number) => boolean;

  /** `holds`: the page still belongs here under this key (ns). */
  constructor(holds: (page: number, key: number) => boolean) {
    this.holds = holds;
  }

  push(page: number, key: number): void {
    if (this.size === this.keys.length) this.makeRoom();
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.before(key, page, parent)) break;
      this.set(hole, this.keys[parent], this.pages[parent]);
      hole = parent;
    }
    this.set(hole, key, page);
  }

  /** Page of the first entry that holds, or -1. */
  first(): number {
    while (this.size > 0 && !this.holds(this.pages[0], this.keys[0])) this.removeFirst();
    return this.size > 0 ? this.pages[0] : -1;
  }

  /** Takes the page that `first` gave, with every entry that says the same. */
  take(): void {
    const page = this.pages[0];
    const key = this.keys[0];
    while (this.size > 0 && this.pages[0] === page && this.keys[0] === key) this.removeFirst();
  }

  /** Equal times go by page, so that the order is the same in every run. */
  private before(key: number, page: number, at: number): boolean {
    return key < this.keys[at] || (key === this.keys[at] && page < this.pages[at]);
  }

  private set(at: number, key: number, page: number): void {
    this.keys[at] = key;
    this.pages[at] = page;
  }

  private removeFirst(): void {
    const last = --this.size;
    const key = this.keys[last];
    const page = this.pages[last];
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(this.keys[child + 1], this.pages[child + 1], child))
        child++;
      if (this.before(key, page, child)) break;
      this.set(hole, this.keys[child], this.pages[child]);
      hole = child;
    }
    this.set(hole, key, page);
  }

  /** Drops what no longer holds, or is there twice; grows when that is less than half. */
  private makeRoom(): void {
    const { keys, pages } = this;
    const kept: number[] = [];
    for (let i = 0; i < this.size; i++) if (this.holds(pages[i], keys[i])) kept.push(i);
    kept.sort((i, j) => keys[i] - keys[j] || pages[i] - pages[j]);
    const capacity = kept.length * 2 > keys.length ? keys.length * 2 : keys.length;
    this.keys = new Float64Array(capacity);
    this.pages = new Int32Array(capacity);
    this.size = 0;
    for (const i of kept) {
      const last = this.size - 1;
      if (last >= 0 && this.keys[last] === keys[i] && this.pages[last] === pages[i]) continue;
      // In ascending order an array is a heap.
      this.set(this.size++, keys[i], pages[i]);
    }
  }
}
