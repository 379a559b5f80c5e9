/**
 * Weighted shares of a host's pool (facts 9.2). A persistent page stays until its guest gives it up,
 * so a share takes hold of a guest above it only when that guest calls, and only while another one
 * below its share asks in vain: its puts are refused, a refused duplicate loses its old copy, and its
 * gets take the page out.
 */
export class HostShares {
  private readonly weights: readonly number[];
  private readonly all: number;
  /** Guests below their share that were refused a page and have got none since. */
  private readonly asks: boolean[];
  private asking = 0;

  /** By guest. */
  constructor(weights: readonly number[]) {
    this.weights = weights;
    this.all = weights.reduce((sum, weight) => sum + weight, 0);
    this.asks = weights.map(() => false);
  }

  /** Whether so many bytes are within the guest's share of the pool. */
  private within(guest: number, bytes: number, pool: number): boolean {
    return bytes * this.all <= pool * this.weights[guest];
  }

  /** How much a guest with so many bytes takes beside others: the largest is furthest above its share. */
  claim(guest: number, bytes: number): number {
    return bytes / this.weights[guest];
  }

  /** The guest was refused a page that would have brought it to so many bytes. */
  refused(guest: number, bytes: number, pool: number): void {
    if (this.asks[guest] || !this.within(guest, bytes, pool)) return;
    this.asks[guest] = true;
    this.asking++;
  }

  served(guest: number): void {
    if (!this.asks[guest]) return;
    this.asks[guest] = false;
    this.asking--;
  }

  /** The guest, with so many bytes, has more than its share of what others ask for. */
  mustShed(guest: number, bytes: number, pool: number): boolean {
    return this.asking > (this.asks[guest] ? 1 : 0) && !this.within(guest, bytes, pool);
  }
}
