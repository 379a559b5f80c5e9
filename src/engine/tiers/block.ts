/**
 * A block device as a swap backend: requests go to the device's queue and complete later, unless
 * the device is served inside the caller. At most QUEUE_LIMIT requests are outstanding; a task that
 * wants to write more waits for the first to complete, as the block layer makes it wait for a tag.
 */
import type { Kernel } from '../kernel.ts';
import type { Backend } from '../swap/devices.ts';
import type { BlockDevice } from './blockDevice.ts';
import type { NetworkLink } from './networkLink.ts';

/** Requests of one queue before its submitter waits (nr_requests of common drivers); estimate. */
const QUEUE_LIMIT = 256;

export class BlockTier implements Backend {
  private readonly completions = new Float64Array(QUEUE_LIMIT * 2);
  private outstanding = 0;
  /** It answers nothing before this time, ns; meanwhile writes fail or wait. */
  private downUntil = 0;
  private writesFail = false;
  private readsFail = false;
  /** Time that requests waited for the bandwidth of the link, ns. */
  private linkWaitNs = 0;
  /** CPU time that the network's protocol takes for a page, and has taken, ns. */
  private readonly cpuPerPage: number;
  private networkCpuNs = 0;

  private readonly k: Kernel;
  private readonly device: BlockDevice;
  private readonly synchronous: boolean;
  private readonly requestQueue: boolean;

  private readonly link: NetworkLink | null;

  /**
   * `link`: the network in front of a remote device; null when there is none, or its figures have it.
   * `cpuPerPage`: CPU time that the protocol of a network in the device's figures takes, ns.
   */
  constructor(
    k: Kernel,
    device: BlockDevice,
    synchronous: boolean,
    requestQueue: boolean,
    link: NetworkLink | null = null,
    cpuPerPage = 0,
  ) {
    this.k = k;
    this.device = device;
    this.synchronous = synchronous;
    this.requestQueue = requestQueue;
    this.link = link;
    this.cpuPerPage = cpuPerPage + (link?.cpuPerPage ?? 0);
  }

  /** It does not answer until then (ns); meanwhile its reads and its writes fail at once, or wait. */
  goDown(until: number, readsFail: boolean, writesFail: boolean): void {
    this.downUntil = Math.max(this.downUntil, until);
    this.readsFail = readsFail;
    this.writesFail = writesFail;
  }

  write(slot: number, _page: number, count = 1): number {
    if (this.writesFail && this.k.now < this.downUntil) return -1;
    return this.submit(true, slot, count);
  }

  read(slot: number, count: number): number {
    if (this.readsFail && this.k.now < this.downUntil) return -1;
    return this.submit(false, slot, count);
  }

  private submit(write: boolean, slot: number, count: number): number {
    const { k } = this;
    // Half for the request; the other half for each bio, which plugged writes have paid already.
    if (this.requestQueue) {
      const bios = write && !this.synchronous ? 0 : count;
      k.now += (k.costs.blockRequest / 2) * (1 + bios);
    }
    const network = this.cpuPerPage * count;
    this.networkCpuNs += network;
    // Whoever submits a write sends it, and a synchronous read is received by whoever waits for it.
    if (write || this.synchronous) k.now += network;
    const start = Math.max(k.now, this.downUntil);
    const done =
      this.link === null
        ? this.device.submit(start, write, slot, count)
        : this.remote(this.link, start, write, slot, count);
    if (this.synchronous) {
      k.now = done;
      return done;
    }
    if (!write && network > 0) k.softirq.expect(k.io, done, network);
    this.retire();
    if (this.outstanding < this.completions.length) this.completions[this.outstanding++] = done;
    return done;
  }

  private remote(
    link: NetworkLink,
    start: number,
    write: boolean,
    slot: number,
    count: number,
  ): number {
    const bytes = count * this.k.settings.pageBytes;
    const crossed = link.cross(start, write, bytes);
    this.linkWaitNs += crossed - start;
    return Math.ceil(this.device.submit(crossed, write, slot, count) + link.roundTrip());
  }

  /** Forgets requests that have completed. */
  private retire(): void {
    let kept = 0;
    for (let i = 0; i < this.outstanding; i++) {
      if (this.completions[i] > this.k.now) this.completions[kept++] = this.completions[i];
    }
    this.outstanding = kept;
  }

  busyUntil(): number {
    if (this.outstanding < QUEUE_LIMIT) return 0;
    this.retire();
    if (this.outstanding < QUEUE_LIMIT) return 0;
    let first = Infinity;
    for (let i = 0; i < this.outstanding; i++) first = Math.min(first, this.completions[i]);
    return first;
  }

  discard(): void {
    // Old data on the device stays until it is overwritten.
  }

  ramPages(): number {
    return 0;
  }

  counters(): Record<string, number> {
    const { bytesRead, bytesWritten, busyNs } = this.device.counters;
    return {
      bytes_read: bytesRead,
      bytes_written: bytesWritten,
      ...(this.link === null ? {} : { link_wait: this.linkWaitNs }),
      ...(this.cpuPerPage === 0 ? {} : { cpu_network: this.networkCpuNs }),
      device_busy: this.k.now > 0 ? (100 * busyNs) / this.k.now : 0,
    };
  }
}
