/** Progress on standard error: a bar that redraws itself on a terminal, plain lines otherwise. */
import { time } from './figures.ts';

const BAR = 24;

/** Between two drawings of the bar, ms. */
const REDRAW = 100;

/** A plain line comes at every tenth of the way, and after so long without one, ms. */
const LINE = 5000;

export class Progress {
  readonly #label: string;
  readonly #stream: NodeJS.WriteStream;
  readonly #started = Date.now();
  #drawn = 0;
  #tenth = 0;
  #width = 0;

  constructor(label: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#stream = stream;
  }

  /**
   * @param fraction 0 to 1, or null when the end cannot be foreseen
   * @param detail more about where it is; made only when it is shown
   */
  update(fraction: number | null, detail: () => string): void {
    const now = Date.now();
    if (this.#stream.isTTY) {
      if (now - this.#drawn < REDRAW) return;
      this.#drawn = now;
      this.#draw(fraction, detail());
      return;
    }
    const tenth = fraction === null ? this.#tenth : Math.floor(fraction * 10);
    if (tenth === this.#tenth && now - Math.max(this.#drawn, this.#started) < LINE) return;
    this.#tenth = tenth;
    this.#drawn = now;
    const share = fraction === null ? '' : `${Math.floor(fraction * 100)} %  `;
    this.#stream.write(`${this.#label}: ${share}${detail()}\n`);
  }

  #draw(fraction: number | null, detail: string): void {
    const full = Math.round(Math.min(1, fraction ?? 0) * BAR);
    const bar =
      fraction === null
        ? ''
        : `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${Math.floor(fraction * 100)} %  `;
    const left = this.#timeLeft(fraction);
    const text = `${this.#label}  ${bar}${detail}${left}`.slice(
      0,
      (this.#stream.columns ?? 80) - 1,
    );
    this.#stream.write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  #timeLeft(fraction: number | null): string {
    const passed = Date.now() - this.#started;
    if (fraction === null || fraction < 0.02 || passed < 1000) return '';
    return `  ${time(Math.round((passed * (1 - fraction)) / fraction) * 1e6)} left`;
  }

  /** Clears the bar; what comes next starts on an empty line. */
  end(): void {
    if (this.#width > 0) this.#stream.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }
}
