/**
 * What a program in user space can see of a cgroup and do to it. A controller is a function that is
 * called at each interval with both; what it must remember, it keeps in its closure.
 */

/** Averages in percent; the time stalled since the start in ns. */
export interface PressureLine {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalNs: number;
}

/** memory.pressure or io.pressure. */
export interface PressureFile {
  readonly some: PressureLine;
  readonly full: PressureLine;
}

/** Lines of memory.stat: bytes for the first four, pages for the rest. */
export interface MemoryStat {
  readonly anon: number;
  readonly file: number;
  readonly zswap: number;
  readonly zswapped: number;
  readonly pgmajfault: number;
  readonly pswpin: number;
  readonly pswpout: number;
  readonly zswpin: number;
  readonly zswpout: number;
  readonly zswpwb: number;
  readonly workingset_refault_anon: number;
  readonly workingset_refault_file: number;
}

/** What a scan of the accessed bits of every page found (idle page tracking, kstaled, DAMON). */
export interface IdleAges {
  /** Time between two scans, ns, and scans so far. */
  readonly scanNs: number;
  readonly scans: number;
  /** Pages that the last scan found accessed. */
  readonly accessed: number;
  /** Pages in RAM by the number of scans for which they have been idle; the last entry is "or more". */
  readonly resident: readonly number[];
  /** Pages found accessed, since the start, by the number of scans for which they had been idle. */
  readonly promotions: readonly number[];
}

/** The files of one cgroup, as reads at this moment show them. */
export interface CgroupView {
  readonly now: number;
  readonly pageBytes: number;
  /** memory.current, bytes. */
  current(): number;
  /** memory.high, bytes; Infinity for "max". */
  high(): number;
  stat(): MemoryStat;
  pressure(resource: 'memory' | 'io'): PressureFile;
  /** Null where nobody scans. */
  idleAges(): IdleAges | null;
}

/** Writes, carried out one after the other when the controller has returned. */
export interface CgroupFiles {
  /** memory.reclaim: so many bytes, with a swappiness of 0 to 200 or 201 for "max". */
  reclaim(bytes: number, swappiness?: number): void;
  /** memory.high, bytes. */
  setHigh(bytes: number): void;
  /** Proactive zswap writeback: up to so many bytes, of entries stored at least so long ago (ns). */
  writeBackZswap(bytes: number, olderThanNs?: number): void;
}

export type Controller = (view: CgroupView, files: CgroupFiles) => void;

/** Remembers a rising count and gives its increase since the last call; 0 at the first. */
export function increase(): (count: number) => number {
  let last = NaN;
  return (count) => {
    const more = count - last;
    last = count;
    return more >= 0 ? more : 0;
  };
}
