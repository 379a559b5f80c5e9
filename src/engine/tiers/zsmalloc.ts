/**
 * zsmalloc's geometry and fullness: which size class an object falls into, how many objects share a
 * zspage, and which zspage takes the next one. Bytes are only counted, never held.
 *
 * Rules of mm/zsmalloc.c since 6.3 (facts section 4): every object carries an 8-byte handle; classes
 * lie 1/256 page apart; a zspage takes the number of pages that wastes least; classes alike in pages
 * and objects are one; the fullest zspage with room takes the next object.
 */

const HANDLE_BYTES = 8;
const SMALLEST_OBJECT = 32;
const NONE = -1;

/** Fullness groups: empty, below 10 %, below 20 % and so on to below 100 %, and full. */
const FULL_GROUP = 11;
const GROUPS = 12;

export interface SizeClass {
  /** Bytes of one object with its handle. */
  readonly size: number;
  readonly pagesPerZspage: number;
  readonly objectsPerZspage: number;
}

export class Zsmalloc {
  /** Distinct classes in ascending order of size. */
  readonly classes: readonly SizeClass[];
  /** Largest object, handle included, that still shares pages with others: 3632 for 4 KiB, chain 8. */
  readonly hugeWatermark: number;
  readonly pageBytes: number;

  private readonly step: number;
  /** From a raw class, one for each step of size, to the distinct class that it merged into. */
  private readonly merged: Uint16Array;
  /** Objects in a zspage of each class. */
  private readonly capacity: Int32Array;
  /** First zspage of each class and fullness group. */
  private readonly heads: Int32Array;

  /** Columns by zspage. A free id has its successor on the free list in `next`. */
  private classOf = new Int16Array(64);
  private inuse = new Int32Array(64);
  /** The fullness group whose list the zspage is on. */
  private group = new Uint8Array(64);
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  private zspages = 0;
  private freeZspage = NONE;

  private pages = 0;
  private count = 0;

  constructor(pageBytes = 4096, chain = 8) {
    this.pageBytes = pageBytes;
    this.step = pageBytes / 256;
    const raw = Math.ceil((pageBytes - SMALLEST_OBJECT) / this.step) + 1;
    const classes: SizeClass[] = [];
    this.merged = new Uint16Array(raw);
    // From the largest down, as a class joins the next larger one of the same shape.
    for (let i = raw - 1; i >= 0; i--) {
      const shape = sizeClass(
        Math.min(SMALLEST_OBJECT + i * this.step, pageBytes),
        pageBytes,
        chain,
      );
      const larger = classes.at(-1);
      const same =
        larger !== undefined &&
        larger.pagesPerZspage === shape.pagesPerZspage &&
        larger.objectsPerZspage === shape.objectsPerZspage;
      if (!same) classes.push(shape);
      this.merged[i] = classes.length - 1;
    }
    for (let i = 0; i < raw; i++) this.merged[i] = classes.length - 1 - (this.merged[i] as number);
    this.classes = classes.reverse();
    this.hugeWatermark = classes.reduce((size, each) => (isHuge(each) ? size : each.size), 0);
    this.capacity = Int32Array.from(classes, (each) => each.objectsPerZspage);
    this.heads = new Int32Array(classes.length * GROUPS).fill(NONE);
  }

  /** Pages that the pool takes. */
  get poolPages(): number {
    return this.pages;
  }

  /** Bytes that the pool takes, in whole pages. */
  get poolBytes(): number {
    return this.pages * this.pageBytes;
  }

  /** Objects in the pool. */
  get objects(): number {
    return this.count;
  }

  /** The index into `classes` for a payload of 1 to `pageBytes` bytes. */
  classFor(payloadBytes: number): number {
    const beyond = payloadBytes + HANDLE_BYTES - SMALLEST_OBJECT;
    const raw = beyond > 0 ? Math.ceil(beyond / this.step) : 0;
    return this.merged[Math.min(raw, this.merged.length - 1)] as number;
  }

  /** Pages by which the pool grows when it stores an object of this payload now. */
  growth(payloadBytes: number): number {
    const cls = this.classFor(payloadBytes);
    return this.fullestWithRoom(cls) === NONE ? this.shape(cls).pagesPerZspage : 0;
  }

  /** The zspage that takes the next object of a class. */
  private fullestWithRoom(cls: number): number {
    for (let group = FULL_GROUP - 1; group > 0; group--) {
      const zspage = this.heads[cls * GROUPS + group] as number;
      if (zspage !== NONE) return zspage;
    }
    return NONE;
  }

  /**
   * Stores an object and gives its zspage, which `free` wants back. Objects of a zspage are alike, so
   * which of its slots it takes does not matter. (Compaction, which would move objects, is not modelled.)
   */
  alloc(payloadBytes: number): number {
    const cls = this.classFor(payloadBytes);
    let zspage = this.fullestWithRoom(cls);
    if (zspage === NONE) zspage = this.addZspage(cls);
    this.resize(zspage, 1);
    this.count++;
    return zspage;
  }

  /** Frees an object of a zspage, and the zspage when nothing is left in it. */
  free(zspage: number): void {
    this.count--;
    this.resize(zspage, -1);
    if (this.inuse[zspage] === 0) {
      this.unlink(zspage);
      this.release(zspage);
    }
  }

  private shape(cls: number): SizeClass {
    return this.classes[cls] as SizeClass;
  }

  private groupWith(inuse: number, cls: number): number {
    const most = this.capacity[cls] as number;
    if (inuse === 0) return 0;
    if (inuse === most) return FULL_GROUP;
    // A zspage with any object at all is above the empty group, however little that is in percent.
    return Math.floor((10 * inuse) / most) + 1;
  }

  /** Changes the objects of a zspage; one that enters another group goes to the head of its list. */
  private resize(zspage: number, by: number): void {
    const inuse = (this.inuse[zspage] as number) + by;
    this.inuse[zspage] = inuse;
    if (this.groupWith(inuse, this.classOf[zspage] as number) === this.group[zspage]) return;
    this.unlink(zspage);
    this.link(zspage);
  }

  /** Puts a zspage at the head of the list of the group that its objects put it into. */
  private link(zspage: number): void {
    const cls = this.classOf[zspage] as number;
    const group = this.groupWith(this.inuse[zspage] as number, cls);
    this.group[zspage] = group;
    const list = cls * GROUPS + group;
    const head = this.heads[list] as number;
    this.next[zspage] = head;
    this.previous[zspage] = NONE;
    if (head !== NONE) this.previous[head] = zspage;
    this.heads[list] = zspage;
  }

  private unlink(zspage: number): void {
    const next = this.next[zspage] as number;
    const previous = this.previous[zspage] as number;
    if (next !== NONE) this.previous[next] = previous;
    if (previous !== NONE) this.next[previous] = next;
    else {
      const list = (this.classOf[zspage] as number) * GROUPS + (this.group[zspage] as number);
      this.heads[list] = next;
    }
  }

  /** A new empty zspage, on the list of its class's empty group. */
  private addZspage(cls: number): number {
    let zspage = this.freeZspage;
    if (zspage !== NONE) {
      this.freeZspage = this.next[zspage] as number;
    } else {
      if (this.zspages === this.classOf.length) this.growZspages();
      zspage = this.zspages++;
    }
    const { pagesPerZspage } = this.shape(cls);
    this.classOf[zspage] = cls;
    this.inuse[zspage] = 0;
    this.pages += pagesPerZspage;
    this.link(zspage);
    return zspage;
  }

  /** Gives back the pages of an empty zspage that is on no list. */
  private release(zspage: number): void {
    const cls = this.classOf[zspage] as number;
    const { pagesPerZspage } = this.shape(cls);
    this.pages -= pagesPerZspage;
    this.next[zspage] = this.freeZspage;
    this.freeZspage = zspage;
  }

  private growZspages(): void {
    const { classOf, inuse, group, next, previous } = this;
    const capacity = classOf.length * 2;
    (this.classOf = new Int16Array(capacity)).set(classOf);
    (this.inuse = new Int32Array(capacity)).set(inuse);
    (this.group = new Uint8Array(capacity)).set(group);
    (this.next = new Int32Array(capacity)).set(next);
    (this.previous = new Int32Array(capacity)).set(previous);
  }
}

/** The shape of a class: as many pages, up to `chain`, as leave the smallest remainder. */
function sizeClass(size: number, pageBytes: number, chain: number): SizeClass {
  let pagesPerZspage = 1;
  const powerOfTwo = (size & (size - 1)) === 0;
  if (!powerOfTwo) {
    let least = pageBytes % size;
    for (let pages = 2; pages <= chain; pages++) {
      const waste = (pages * pageBytes) % size;
      if (waste < least) {
        least = waste;
        pagesPerZspage = pages;
      }
    }
  }
  const objectsPerZspage = Math.floor((pagesPerZspage * pageBytes) / size);
  return { size, pagesPerZspage, objectsPerZspage };
}

/** An object of a huge class has a page to itself. */
function isHuge({ pagesPerZspage, objectsPerZspage }: SizeClass): boolean {
  return pagesPerZspage === 1 && objectsPerZspage === 1;
}
