/**
 * Events in the order of their time, those of one time in the order in which they were pushed.
 *
 * A binary heap whose entries are columns of typed arrays: pushing and popping allocate nothing
 * until the queue outgrows its arrays, which then double.
 */
export class EventQueue {
  /** The event that the last successful pop took out. */
  time = 0;
  kind = 0;
  arg = 0;

  private length = 0;
  private pushed = 0;
  private times: Float64Array;
  /** Counts pushes; a double holds 2^53 of them. */
  private order: Float64Array;
  private kinds: Int32Array;
  private args: Int32Array;

  constructor(capacity = 256) {
    this.times = new Float64Array(capacity);
    this.order = new Float64Array(capacity);
    this.kinds = new Int32Array(capacity);
    this.args = new Int32Array(capacity);
  }

  get size(): number {
    return this.length;
  }

  /** Time of the next event in ns; Infinity when there is none. */
  get nextTime(): number {
    return this.length === 0 ? Infinity : (this.times[0] as number);
  }

  /** Adds an event; `kind` and `arg` are the caller's own 32-bit numbers. */
  push(timeNs: number, kind: number, arg: number): void {
    if (this.length === this.times.length) this.grow();
    const { times } = this;
    let hole = this.length++;
    // A new event comes after all of its time, so only a strictly later parent moves down.
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if ((times[parent] as number) <= timeNs) break;
      this.move(parent, hole);
      hole = parent;
    }
    this.put(hole, timeNs, this.pushed++, kind, arg);
  }

  /** Takes out the next event into `time`, `kind` and `arg`; false when there is none. */
  pop(): boolean {
    if (this.length === 0) return false;
    this.time = this.times[0] as number;
    this.kind = this.kinds[0] as number;
    this.arg = this.args[0] as number;
    const last = --this.length;
    if (last > 0) this.sink(last);
    return true;
  }

  /** Puts the event at `from`, now beyond the end, where it belongs below the empty root. */
  private sink(from: number): void {
    const { times, order, length } = this;
    const time = times[from] as number;
    const rank = order[from] as number;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      if (child + 1 < length && this.before(child + 1, times[child] as number, order[child]!)) {
        child++;
      }
      if (!this.before(child, time, rank)) break;
      this.move(child, hole);
      hole = child;
    }
    this.put(hole, time, rank, this.kinds[from] as number, this.args[from] as number);
  }

  private before(entry: number, time: number, rank: number): boolean {
    const own = this.times[entry] as number;
    return own < time || (own === time && (this.order[entry] as number) < rank);
  }

  private move(from: number, to: number): void {
    this.put(
      to,
      this.times[from] as number,
      this.order[from] as number,
      this.kinds[from] as number,
      this.args[from] as number,
    );
  }

  private put(at: number, time: number, rank: number, kind: number, arg: number): void {
    this.times[at] = time;
    this.order[at] = rank;
    this.kinds[at] = kind;
    this.args[at] = arg;
  }

  private grow(): void {
    const capacity = Math.max(16, this.times.length * 2);
    const { times, order, kinds, args } = this;
    (this.times = new Float64Array(capacity)).set(times);
    (this.order = new Float64Array(capacity)).set(order);
    (this.kinds = new Int32Array(capacity)).set(kinds);
    (this.args = new Int32Array(capacity)).set(args);
  }
}
