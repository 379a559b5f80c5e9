/**
 * A network link that the devices behind it share, and with them all cgroups that swap to them. Data
 * crosses it in the order of submission, each direction at the bandwidth of the link, and every request
 * takes a round trip of log-normal length on top. There are no packets, losses or congestion windows.
 */
import { Random } from '../workload/random.ts';
import { LogNormal } from './logNormal.ts';

export interface LinkFigures {
  /** Bytes per second in each direction. */
  readonly bandwidth: number;
  /** Round trip without data, ns. */
  readonly latencyP50: number;
  readonly latencyP99: number;
  /** CPU time that the protocol takes for a page, ns. */
  readonly cpuPerPage: number;
}

export class NetworkLink {
  /** When the bytes of all requests so far have crossed, out and in. */
  private readonly crossed = [0, 0];
  private readonly nsPerByte: number;
  private readonly median: number;
  private readonly spread: LogNormal;
  readonly cpuPerPage: number;
  private readonly random: Random;

  constructor({ bandwidth, latencyP50, latencyP99, cpuPerPage }: LinkFigures, seed: number) {
    this.nsPerByte = 1e9 / bandwidth;
    this.median = latencyP50;
    this.spread = new LogNormal(latencyP50, latencyP99);
    this.cpuPerPage = cpuPerPage;
    this.random = new Random(seed);
  }

  /** When the data of a request submitted now has crossed: before a write, and as if before a read. */
  cross(nowNs: number, write: boolean, bytes: number): number {
    const direction = write ? 0 : 1;
    const start = Math.max(nowNs, this.crossed[direction]);
    this.crossed[direction] = start + bytes * this.nsPerByte;
    return this.crossed[direction];
  }

  /** Length of the next round trip, ns. */
  roundTrip(): number {
    return this.median * this.spread.factor(this.random.next());
  }
}
