/** The slots of one device of a single cluster, as an array of owners (facts 2.2): the naive model's. */
export class NaiveSlots<Page> {
  /** The first slot is the header's. */
  private readonly owners: (Page | null)[];
  /** Where the CPU goes on in its cluster. */
  private next = 1;

  constructor(slots: number) {
    this.owners = Array.from({ length: slots }, () => null);
  }

  get total(): number {
    return this.owners.length - 1;
  }

  get used(): number {
    return this.owners.filter((owner) => owner !== null).length;
  }

  /** vm_swap_full(): less than half of the slots are free. */
  get halfUsed(): boolean {
    return (this.total - this.used) * 2 < this.total;
  }

  /**
   * The slot for a page, null when there is none: the next one that is free or, where more than half are
   * used, that `giveUp` frees, and from the start of the cluster when none is left ahead.
   */
  allocate(page: Page, giveUp: (owner: Page) => void): number | null {
    if (this.used === this.total) return null;
    const mayTakeCached = this.halfUsed;
    const all = [...this.owners.keys()].slice(1);
    for (const slot of [...all.filter((each) => each >= this.next), ...all]) {
      const owner = this.owners[slot] ?? null;
      if (owner !== null && mayTakeCached) giveUp(owner);
      if (this.owners[slot] !== null) continue;
      this.owners[slot] = page;
      // A full cluster is left.
      this.next = this.used === this.total ? 1 : slot + 1;
      return slot;
    }
    return null;
  }

  release(slot: number): void {
    this.owners[slot] = null;
  }
}
