/** Completions of device requests, applied in the order of simulated time. */
import type { Kernel } from '../kernel.ts';
import { endRead, endWriteback, failWriteback } from '../memory/folio.ts';
import { failRead } from '../memory/readError.ts';

export const WRITE_DONE = 0;
export const READ_DONE = 1;
/** The argument is the number of a transfer instead of a page. */
export const TRANSFER = 2;
export const WRITE_FAILED = 3;
export const READ_FAILED = 4;
/** The argument is CPU time in ns, see clock/softirq.ts. */
export const NETWORK_RECEIVED = 5;

/** Until a request that its driver refuses ends with the error, ns; estimate. */
export const ERROR_NS = 10_000;

/** Applies every completion up to `k.now`. */
export function completeIo(k: Kernel): void {
  const { io } = k;
  while (io.nextTime <= k.now) {
    io.pop();
    if (io.kind === WRITE_DONE) endWriteback(k, io.arg);
    else if (io.kind === READ_DONE) endRead(k, io.arg);
    else if (io.kind === WRITE_FAILED) failWriteback(k, io.arg);
    else if (io.kind === READ_FAILED) failRead(k, io.arg);
    else if (io.kind === TRANSFER) k.transfers.step(io.arg);
    else k.softirq.received(io.arg);
  }
}
