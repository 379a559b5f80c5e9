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
  /** Objects in a zspage of each class, room in all its zspages, and objects in them. */
  private readonly capacity: Int32Array;
  private readonly allocated: Float64Array;
  private readonly used: Float64Array;
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

  /** The zspage of each handle; a free handle holds -2 minus its successor on the free list. */
  private zspageOf = new Int32Array(256);
  private handles = 0;
  private freeHandle = NONE;

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
    this.allocated = new Float64Array(classes.length);
    this.used = new Float64Array(classes.length);
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

  /** Stores an object and gives its handle, which stays good while compaction moves the object. */
  alloc(payloadBytes: number): number {
    const cls = this.classFor(payloadBytes);
    let zspage = this.fullestWithRoom(cls);
    if (zspage === NONE) zspage = this.addZspage(cls);
    this.resize(zspage, 1);
    this.used[cls]! += 1;
    this.count++;
    return this.addHandle(zspage);
  }

  /** Frees the object of a handle, and its zspage when nothing is left in it. */
  free(handle: number): void {
    const zspage = this.zspageOf[handle] as number;
    this.zspageOf[handle] = -2 - this.freeHandle;
    this.freeHandle = handle;
    this.used[this.classOf[zspage] as number]! -= 1;
    this.count--;
    this.resize(zspage, -1);
    if (this.inuse[zspage] === 0) {
      this.unlink(zspage);
      this.release(zspage);
    }
  }

  /**
   * Moves objects from the emptiest zspages of each class into its fullest while that frees whole
   * zspages. Gives the pages freed. Looks at every handle when there is anything to free.
   */
  compact(): number {
    const before = this.pages;
    let objects: ObjectLists | undefined;
    for (let cls = this.classes.length - 1; cls >= 0; cls--) {
      let target = NONE;
      while (this.canFree(cls)) {
        if (target === NONE) {
          target = this.firstIn(cls, FULL_GROUP - 1, 0);
          if (target === NONE) break;
          this.unlink(target);
        }
        const source = this.firstIn(cls, 1, FULL_GROUP);
        if (source === NONE) break;
        this.unlink(source);
        objects ??= this.listObjects();
        this.migrate(source, target, objects);
        if (this.inuse[source] === 0) this.release(source);
        else this.link(source);
        if (this.inuse[target] === this.capacity[cls]) {
          this.link(target);
          target = NONE;
        }
      }
      if (target !== NONE) this.link(target);
    }
    return before - this.pages;
  }

  /** Whether the unused objects of a class would fill a zspage. */
  private canFree(cls: number): boolean {
    const unused = (this.allocated[cls] as number) - (this.used[cls] as number);
    return unused >= (this.capacity[cls] as number);
  }

  /** The first zspage in the groups from `from` up or down to, not including, `end`. */
  private firstIn(cls: number, from: number, end: number): number {
    const by = from < end ? 1 : -1;
    for (let group = from; group !== end; group += by) {
      const zspage = this.heads[cls * GROUPS + group] as number;
      if (zspage !== NONE) return zspage;
    }
    return NONE;
  }

  /** Moves objects between two zspages that are on no list, until one is empty or the other full. */
  private migrate(source: number, target: number, objects: ObjectLists): void {
    const capacity = this.capacity[this.classOf[target] as number] as number;
    while ((this.inuse[source] as number) > 0 && (this.inuse[target] as number) < capacity) {
      const handle = objects.first[source] as number;
      objects.first[source] = objects.next[handle] as number;
      objects.next[handle] = objects.first[target] as number;
      objects.first[target] = handle;
      this.zspageOf[handle] = target;
      this.inuse[source]! -= 1;
      this.inuse[target]! += 1;
    }
  }

  /** The handles of every zspage, lowest first. */
  private listObjects(): ObjectLists {
    const first = new Int32Array(this.zspages).fill(NONE);
    const next = new Int32Array(this.handles);
    for (let handle = this.handles - 1; handle >= 0; handle--) {
      const zspage = this.zspageOf[handle] as number;
      if (zspage < 0) continue;
      next[handle] = first[zspage] as number;
      first[zspage] = handle;
    }
    return { first, next };
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
    const { pagesPerZspage, objectsPerZspage } = this.shape(cls);
    this.classOf[zspage] = cls;
    this.inuse[zspage] = 0;
    this.allocated[cls]! += objectsPerZspage;
    this.pages += pagesPerZspage;
    this.link(zspage);
    return zspage;
  }

  /** Gives back the pages of an empty zspage that is on no list. */
  private release(zspage: number): void {
    const cls = this.classOf[zspage] as number;
    const { pagesPerZspage, objectsPerZspage } = this.shape(cls);
    this.allocated[cls]! -= objectsPerZspage;
    this.pages -= pagesPerZspage;
    this.next[zspage] = this.freeZspage;
    this.freeZspage = zspage;
  }

  private addHandle(zspage: number): number {
    let handle = this.freeHandle;
    if (handle !== NONE) {
      this.freeHandle = -2 - (this.zspageOf[handle] as number);
    } else {
      if (this.handles === this.zspageOf.length) {
        const old = this.zspageOf;
        (this.zspageOf = new Int32Array(old.length * 2)).set(old);
      }
      handle = this.handles++;
    }
    this.zspageOf[handle] = zspage;
    return handle;
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

/** Handles by zspage as linked lists; only compaction needs to know them. */
interface ObjectLists {
  first: Int32Array;
  next: Int32Array;
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
