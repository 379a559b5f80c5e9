/**
 * A block device as a queue: so many requests are served at a time, each takes a log-normal time,
 * and no more bytes a second pass than the device's bandwidth (facts section 11.1).
 */
import { Random } from '../workload/random.ts';
import { LogNormal } from './logNormal.ts';

/** Figures of a device; service times are for one random request of 4 KiB, in ns. */
export interface DeviceFigures {
  readonly readP50: number;
  readonly readP99: number;
  readonly writeP50: number;
  readonly writeP99: number;
  /** Median service time of a request that continues the last one of its direction, ns. */
  readonly sequential: number;
  /** Bytes per second. */
  readonly readBandwidth: number;
  readonly writeBandwidth: number;
  /** Requests served at the same time. */
  readonly parallelism: number;
  readonly pageBytes: number;
}

export interface DeviceCounters {
  reads: number;
  writes: number;
  bytesRead: number;
  bytesWritten: number;
  /** Time with at least one request waiting or in service, as the kernel's io_ticks. */
  busyNs: number;
  /** Sum over all requests of the time before their service began. */
  waitNs: number;
}

const SECOND = 1e9;
/** The request that the service times are for. */
const BASE_BYTES = 4096;
export class BlockDevice {
  readonly counters: DeviceCounters = {
    reads: 0,
    writes: 0,
    bytesRead: 0,
    bytesWritten: 0,
    busyNs: 0,
    waitNs: 0,
  };

  private readonly random: Random;
  private readonly read: Direction;
  private readonly write: Direction;
  private readonly pageBytes: number;
  /** When each server is free again, as a binary heap: the earliest comes first. */
  private readonly freeAt: Float64Array;
  /** When the bytes of all requests so far have passed. */
  private passed = 0;
  private busyUntil = 0;

  constructor(figures: DeviceFigures, seed: number) {
    const { readP50, readP99, writeP50, writeP99, sequential } = figures;
    this.random = new Random(seed);
    this.read = new Direction(readP50, readP99, sequential, figures.readBandwidth);
    this.write = new Direction(writeP50, writeP99, sequential, figures.writeBandwidth);
    this.pageBytes = figures.pageBytes;
    this.freeAt = new Float64Array(figures.parallelism);
  }

  /**
   * Queues a request for `pages` pages from `slot` on and gives the time at which it completes, a
   * whole number of ns. Requests are taken up in the order in which they are submitted.
   */
  submit(nowNs: number, write: boolean, slot: number, pages: number): number {
    const direction = write ? this.write : this.read;
    const bytes = pages * this.pageBytes;
    const start = Math.max(nowNs, this.freeAt[0] as number);
    const first = direction.service(slot, this.random.next());
    const rest = Math.max(0, bytes - BASE_BYTES) * direction.nsPerByte;
    this.passed = Math.max(this.passed, start) + bytes * direction.nsPerByte;
    const end = Math.ceil(Math.max(start + first + rest, this.passed));
    direction.nextSlot = slot + pages;
    this.occupy(end);
    this.count(write, bytes, nowNs, start, end);
    return end;
  }

  /** Keeps the earliest free server busy until `end`. */
  private occupy(end: number): void {
    const { freeAt } = this;
    const { length } = freeAt;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= length) break;
      if (child + 1 < length && (freeAt[child + 1] as number) < (freeAt[child] as number)) child++;
      const earlier = freeAt[child] as number;
      if (earlier >= end) break;
      freeAt[hole] = earlier;
      hole = child;
    }
    freeAt[hole] = end;
  }

  private count(write: boolean, bytes: number, nowNs: number, start: number, end: number): void {
    const { counters } = this;
    if (write) {
      counters.writes++;
      counters.bytesWritten += bytes;
    } else {
      counters.reads++;
      counters.bytesRead += bytes;
    }
    counters.waitNs += start - nowNs;
    if (end > this.busyUntil) {
      counters.busyNs += end - Math.max(nowNs, this.busyUntil);
      this.busyUntil = end;
    }
  }
}

/** Reads or writes: their service times and where the last of them ended. */
class Direction {
  nextSlot = -1;
  readonly nsPerByte: number;
  private readonly spread: LogNormal;
  private readonly randomNs: number;
  private readonly sequentialNs: number;

  constructor(p50: number, p99: number, sequential: number, bandwidth: number) {
    this.nsPerByte = SECOND / bandwidth;
    this.randomNs = p50;
    // A buffered write may be faster than the sequential figure, which then says nothing about it.
    this.sequentialNs = Math.min(sequential, p50);
    this.spread = new LogNormal(p50, p99);
  }

  service(slot: number, random32: number): number {
    const median = slot === this.nextSlot ? this.sequentialNs : this.randomNs;
    return median * this.spread.factor(random32);
  }
}
