/**
 * Apps of a phone, one in the foreground at a time: a session starts with a launch, which goes through
 * the first part of the app's pages in order, and goes on with accesses to any of them. Which app
 * comes next is drawn by popularity (Zipf); the others stay in the background, untouched.
 */
import type { Draws, Generator } from './generators.ts';
import type { ZipfRanks } from './zipf.ts';

export class Apps implements Generator {
  private readonly draws: Draws;
  private readonly ranks: ZipfRanks;
  private readonly each: number;
  private readonly launch: number;
  private readonly session: number;
  private base = 0;
  private done: number;

  /**
   * @param ranks draws the next app
   * @param each pages of an app
   * @param launch pages that a launch goes through, at most `each`
   * @param session accesses before another app comes to the foreground, launch included
   */
  constructor(draws: Draws, ranks: ZipfRanks, each: number, launch: number, session: number) {
    this.draws = draws;
    this.ranks = ranks;
    this.each = each;
    this.launch = launch;
    this.session = session;
    this.done = session;
  }

  generate(buffer: Uint32Array, from: number, to: number): void {
    const { draws, each, launch } = this;
    const { random } = draws;
    for (let at = from; at < to; at++) {
      if (this.done === this.session) {
        this.base = this.ranks.draw(random) * each;
        this.done = 0;
      }
      const page = this.done < launch ? this.done : random.below(each);
      this.done++;
      buffer[at] = draws.access(this.base + page);
    }
  }
}
