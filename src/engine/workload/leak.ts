/**
 * A program that leaks: it works on a fixed set of pages, and every so many accesses writes a page
 * that it has not used before and never comes back to, until it has no more pages.
 */
import { type Draws, type Generator, WRITE } from './generators.ts';

export class Leak implements Generator {
  private readonly draws: Draws;
  private readonly pages: number;
  private readonly workingSet: number;
  private readonly every: number;
  private next: number;
  private until: number;

  /** Works on pages 0 to `workingSet` - 1; each `every`-th access leaks one of those above. */
  constructor(draws: Draws, pages: number, workingSet: number, every: number) {
    this.draws = draws;
    this.pages = pages;
    this.workingSet = workingSet;
    this.every = every;
    this.next = workingSet;
    this.until = every;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, workingSet } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) {
      if (--this.until === 0) {
        this.until = this.every;
        if (this.next < this.pages) {
          buffer[at] = this.next++ | WRITE;
          continue;
        }
      }
      buffer[at] = draws.access(random.below(workingSet));
    }
  }
}
