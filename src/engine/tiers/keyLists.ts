/** Several doubly linked lists over one range of keys, each key on one list at most. */

const NONE = -1;

export class KeyLists {
  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;

  constructor(lists: number, keys: number) {
    this.newer = new Int32Array(keys).fill(NONE);
    this.older = new Int32Array(keys).fill(NONE);
    this.heads = new Int32Array(lists).fill(NONE);
    this.tails = new Int32Array(lists).fill(NONE);
  }

  addHead(list: number, key: number): void {
    const head = this.heads[list];
    this.older[key] = head;
    this.newer[key] = NONE;
    if (head === NONE) this.tails[list] = key;
    else this.newer[head] = key;
    this.heads[list] = key;
  }

  remove(list: number, key: number): void {
    const older = this.older[key];
    const newer = this.newer[key];
    if (older === NONE) this.tails[list] = newer;
    else this.newer[older] = newer;
    if (newer === NONE) this.heads[list] = older;
    else this.older[newer] = older;
  }

  /** The key that was added first of those still on the list, or -1. */
  oldest(list: number): number {
    return this.tails[list];
  }
}
