/**
 * Ages of idle pages from scans of their accessed bits, as kstaled, idle page tracking or DAMON by
 * address give them to user space (facts 8.5). A scan clears the bit and leaves PG_young behind, so
 * that reclaim still sees the access; reclaim that takes a bit first clears PG_idle, so that the scan
 * still sees it (mm/page_idle.c). Reclaim decides as it would without the scan; only CPU time is lost.
 */
import { Stop, type Task } from '../clock/task.ts';
import type { IdleAges } from '../controllers/controller.ts';
import type { Kernel, Process } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { ACCESSED_SINCE_SCAN, HELD_YOUNG, PRESENT, TOUCHED, YOUNG } from '../memory/pages.ts';

/** Ages are kept in eight bits. */
const AGES = 256;
const OLDEST = AGES - 1;

/** Pages between two looks at the clock. */
const STRIDE = 1024;

export class IdleScanner implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  private readonly age: Uint8Array;
  private readonly marks: Uint8Array;
  private processes: Process[] = [];
  /** Where the scan under way has come to. */
  private process = 0;
  private page = 0;
  private next = 0;
  private scans = 0;
  private accessed = 0;
  private accessedByLast = 0;
  private resident = new Float64Array(AGES);
  private residentByLast = new Float64Array(AGES);
  private readonly promotions = new Float64Array(AGES);

  private readonly target: Memcg;
  private readonly scanNs: number;
  private readonly pageNs: number;

  /** Scans the processes of a cgroup and all below it every `scanNs`, at `pageNs` a page. */
  constructor(k: Kernel, target: Memcg, scanNs: number, pageNs: number) {
    this.target = target;
    this.scanNs = scanNs;
    this.pageNs = pageNs;
    this.age = new Uint8Array(k.pages.count);
    k.pages.idleMarks ??= new Uint8Array(k.pages.count);
    this.marks = k.pages.idleMarks;
    this.next = scanNs;
  }

  /** What the last complete scan found. */
  ages(): IdleAges {
    return {
      scanNs: this.scanNs,
      scans: this.scans,
      accessed: this.accessedByLast,
      resident: Array.from(this.residentByLast),
      promotions: Array.from(this.promotions),
    };
  }

  run(k: Kernel, until: number): Stop {
    if (this.process === 0 && this.page === 0) {
      const { subtree } = this.target;
      this.processes = k.processes.filter((p) => p.alive && subtree.includes(p.memcg));
      this.accessed = 0;
      this.resident.fill(0);
    }
    while (this.process < this.processes.length) {
      if (k.now >= until) return Stop.Quantum;
      const { base, count } = this.processes[this.process];
      const end = Math.min(this.page + STRIDE, count);
      for (let page = this.page; page < end; page++) this.look(k, base + page);
      k.now += (end - this.page) * this.pageNs;
      this.page = end < count ? end : 0;
      if (end === count) this.process++;
    }
    this.finish();
    this.next = Math.max(this.next + this.scanNs, k.now);
    this.wakeAt = this.next;
    return Stop.Blocked;
  }

  private finish(): void {
    this.process = 0;
    this.page = 0;
    this.scans++;
    this.accessedByLast = this.accessed;
    [this.resident, this.residentByLast] = [this.residentByLast, this.resident];
  }

  private look(k: Kernel, page: number): void {
    const { flags } = k.pages;
    const { age, marks } = this;
    const f = flags[page];
    if ((f & TOUCHED) === 0) {
      age[page] = 0;
      marks[page] = 0;
      return;
    }
    const before = age[page];
    const young = (f & (YOUNG | PRESENT)) === (YOUNG | PRESENT);
    if (young || (marks[page] & ACCESSED_SINCE_SCAN) !== 0) {
      this.promotions[before]++;
      this.accessed++;
      age[page] = 0;
      marks[page] &= HELD_YOUNG;
      if (young) {
        flags[page] = f & ~YOUNG;
        marks[page] |= HELD_YOUNG;
      }
    } else if (before < OLDEST) age[page] = before + 1;
    if ((f & PRESENT) !== 0) this.resident[age[page]]++;
  }
}
