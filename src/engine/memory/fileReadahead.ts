/**
 * Readahead of files (mm/readahead.c, mm/filemap.c, kernel 6.18): a read() that goes on where the
 * last one ended gets a window that doubles up to read_ahead_kb, and the next window starts when the
 * marked page of this one is used; a mapped fault reads around itself, unless most faults miss.
 */

/** Misses of a mapping after which faults read only their own page (MMAP_LOTSAMISS), and the cap. */
const LOTS_OF_MISSES = 100;
const MOST_MISSES = 10 * LOTS_OF_MISSES;

export class FileReadahead {
  /** The window to read now, and the page of it whose use asks for the next one, or -1. */
  start = 0;
  end = 0;
  mark = -1;
  private misses = 0;
  /** Last page that a read() took. */
  private last = -2;
  private size = 0;
  private readonly most: number;
  private readonly first: number;
  private readonly limit: number;

  /** For a file of the pages `first` up to `limit`, windows of at most `most` pages. */
  constructor(first: number, limit: number, most: number) {
    this.first = first;
    this.limit = limit;
    this.most = most;
  }

  private set(start: number, size: number, markAt: number): void {
    this.start = Math.max(this.first, start);
    this.end = Math.min(this.limit, start + size);
    this.mark = markAt < this.end ? markAt : -1;
    this.size = size;
  }

  /** A read() finds its page missing. */
  readMiss(page: number): void {
    if (page === this.first || page === this.last + 1 || page === this.last) {
      // get_init_ra_size() for a request of one page.
      const size = Math.min(this.most, 4);
      this.set(page, size, size > 1 ? page + 1 : page);
    } else {
      this.start = page;
      this.end = page + 1;
      this.mark = -1;
    }
  }

  /** A read() has taken its page. */
  readDone(page: number): void {
    this.last = page;
  }

  /** A fault finds its page missing. */
  faultMiss(page: number): void {
    if (this.misses < MOST_MISSES) this.misses++;
    if (this.misses > LOTS_OF_MISSES) {
      this.start = page;
      this.end = page + 1;
      this.mark = -1;
      return;
    }
    const start = Math.max(this.first, page - (this.most >> 1));
    this.set(start, this.most, start + this.most - (this.most >> 2));
  }

  /** A fault finds its page in the cache, or maps it on the way. */
  faultHit(): void {
    if (this.misses > 0) this.misses--;
  }

  /** The marked page is used: plans the window after the present one. */
  next(page: number): void {
    const start = this.mark === page ? this.end : page + 1;
    const size = Math.min(this.most, this.size < this.most / 16 ? this.size * 4 : this.size * 2);
    this.set(start, size, start);
  }
}
