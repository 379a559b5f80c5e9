/**
 * What happened to the pages that somebody asked about, in the order in which it happened. A run
 * that nobody asks has none of this (`kernel.lives` is null); one that is asked takes the same course.
 */
import type { FaultKind, LifeEvent } from '../result.ts';

/** Events after which nothing more is recorded, so that a page that never rests cannot fill memory. */
const MAX_EVENTS = 20_000;

/** A power of two. */
const SIEVE = 1024;

/** Major faults that are told apart when pages are compared. */
const MAX_FAULTS = 0xffff;

export class PageLives {
  readonly events: LifeEvent[] = [];
  /** More happened than was recorded. */
  truncated = false;
  /** Major faults by page, up to 65,535; null when nobody asked for the hottest. */
  readonly majorFaults: Uint16Array | null;
  /** By the lowest bits of a page's number: whether it can be watched. Small, so always in cache. */
  private readonly sieve = new Uint8Array(SIEVE);
  private readonly watched: ReadonlySet<number>;
  private readonly places: readonly string[];

  /** `places` are the names of the flow matrix. */
  constructor(
    watched: readonly number[],
    places: readonly string[],
    majorFaults: Uint16Array | null,
  ) {
    this.watched = new Set(watched);
    for (const page of watched) this.sieve[page & (SIEVE - 1)] = 1;
    this.places = places;
    this.majorFaults = majorFaults;
  }

  moved(timeNs: number, page: number, from: number, to: number): void {
    if (this.sieve[page & (SIEVE - 1)] === 0) return;
    const { places } = this;
    this.record({ timeNs, page, kind: 'move', from: places[from], to: places[to] });
  }

  dropped(timeNs: number, page: number, place: number): void {
    if (this.sieve[page & (SIEVE - 1)] === 0) return;
    this.record({ timeNs, page, kind: 'drop', place: this.places[place] });
  }

  faulted(timeNs: number, page: number, by: FaultKind, latencyNs: number, write: boolean): void {
    const { majorFaults } = this;
    if (majorFaults !== null && by === 'major' && majorFaults[page] < MAX_FAULTS)
      majorFaults[page]++;
    if (this.sieve[page & (SIEVE - 1)] === 0) return;
    this.record({ timeNs, page, kind: 'fault', fault: by, latencyNs, write });
  }

  /** A page came back after `distance` evictions and activations; a working set of `size` pages. */
  refaulted(timeNs: number, page: number, distance: number, size: number): void {
    if (this.sieve[page & (SIEVE - 1)] === 0) return;
    this.record({ timeNs, page, kind: 'refault', distance, workingSet: size });
  }

  /** Reclaim looked at the page and let it stay in RAM. */
  spared(timeNs: number, page: number, activated: boolean): void {
    if (this.sieve[page & (SIEVE - 1)] === 0) return;
    this.record({ timeNs, page, kind: activated ? 'activate' : 'keep' });
  }

  deactivated(timeNs: number, page: number): void {
    if (this.sieve[page & (SIEVE - 1)] === 0) return;
    this.record({ timeNs, page, kind: 'deactivate' });
  }

  private record(event: LifeEvent): void {
    if (!this.watched.has(event.page)) return;
    if (this.events.length < MAX_EVENTS) this.events.push(event);
    else this.truncated = true;
  }
}
