/**
 * CPU time that the kernel spends on received network data, in a softirq and the driver's worker: an
 * idle CPU takes it, or else the task that runs next pays for it.
 */
import { NETWORK_RECEIVED } from '../swap/io.ts';
import type { EventQueue } from './eventQueue.ts';

export class Softirq {
  /** Requests whose data is still to come. */
  pending = 0;
  /** CPU time that nobody has spent yet, ns. */
  owed = 0;

  /** Data that takes `ns` of CPU time is there at `when` (ns). */
  expect(io: EventQueue, when: number, ns: number): void {
    this.pending++;
    io.push(when, NETWORK_RECEIVED, ns);
  }

  received(ns: number): void {
    this.pending--;
    this.owed += ns;
  }

  /** Takes the time over, ns. */
  take(): number {
    const { owed } = this;
    this.owed = 0;
    return owed;
  }
}
