/**
 * Write requests on their way to block devices. Reclaim of a lruvec gathers its writes in a plug and
 * submits them at its end, neighbouring slots as one request, as the block layer does
 * (blk_start_plug() in shrink_lruvec()); a full request does not wait for more to follow it.
 */
import type { Kernel } from '../kernel.ts';
import { ERROR_NS, WRITE_DONE, WRITE_FAILED } from './io.ts';

/** Bytes of a request that does not grow further (max_sectors_kb of common devices). */
const REQUEST_BYTES = 1280 * 1024;
/** Bytes of a request behind which the next one flushes the plug (BLK_PLUG_FLUSH_SIZE). */
const FLUSH_BYTES = 128 * 1024;
/** Requests that flush the plug (BLK_MAX_REQUEST_COUNT). */
const FLUSH_REQUESTS = 32;

export class WritePlug {
  private open = false;
  /** Pages in the order of their writes, and how many of them the last request has. */
  private readonly pages: number[] = [];
  private requests = 0;
  private lastRequest = 0;

  private readonly k: Kernel;

  constructor(k: Kernel) {
    this.k = k;
  }

  start(): void {
    this.open = true;
  }

  finish(): void {
    this.open = false;
    this.flush();
  }

  /** Queues the write of a page to its slot, or submits it at once when nothing is plugged. */
  add(page: number): void {
    const { pages, k } = this;
    const { pageBytes } = k.settings;
    const last = pages.at(-1);
    const follows =
      last !== undefined &&
      k.pages.slot(page) === k.pages.slot(last) + 1 &&
      (this.lastRequest + 1) * pageBytes <= REQUEST_BYTES;
    if (!follows) {
      if (this.requests >= FLUSH_REQUESTS || this.lastRequest * pageBytes >= FLUSH_BYTES)
        this.flush();
      this.requests++;
      this.lastRequest = 0;
    }
    this.lastRequest++;
    // Every page has a bio of its own, whichever request it becomes part of.
    k.now += k.costs.blockRequest / 2;
    pages.push(page);
    if (!this.open) this.flush();
  }

  /** Submits what is gathered; also done before its task sleeps. */
  flush(): void {
    const { pages, k } = this;
    const most = REQUEST_BYTES / k.settings.pageBytes;
    let first = 0;
    for (let i = 1; i <= pages.length; i++) {
      const grows = i < pages.length && k.pages.slot(pages[i]) === k.pages.slot(pages[i - 1]) + 1;
      if (grows && i - first < most) continue;
      this.submit(first, i);
      first = i;
    }
    pages.length = 0;
    this.requests = 0;
    this.lastRequest = 0;
  }

  private submit(from: number, end: number): void {
    const { pages, k } = this;
    const slot = k.pages.slot(pages[from]);
    const device = k.devices.of(slot);
    const done = device.backend.write(slot - device.firstSlot, pages[from], end - from);
    const failed = done < 0;
    const at = failed ? k.now + ERROR_NS : Math.max(done, k.now);
    for (let i = from; i < end; i++) k.io.push(at, failed ? WRITE_FAILED : WRITE_DONE, pages[i]);
    k.waitForQueue(device.backend.busyUntil());
  }
}
