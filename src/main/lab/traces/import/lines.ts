/** What parsers of one access a line share: cutting the input into lines, and saying what is wrong. */
import { invalid } from '../../errors.ts';
import type { PageFolder } from './folder.ts';
import type { Parser } from './parser.ts';

/** Characters of a line; none that means anything is nearly as long. */
const MOST_LINE = 4096;

export abstract class LineParser implements Parser {
  readonly warning = undefined;
  protected readonly folder: PageFolder;
  readonly #example: string;
  #line = 0;
  #rest = '';

  /** `example` says what a line looks like, when there is none at all. */
  constructor(folder: PageFolder, example: string) {
    this.folder = folder;
    this.#example = example;
  }

  /** A line without the white space around it; empty ones and comments (`#`) do not come here. */
  protected abstract parse(line: string): void;

  push(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() as string;
    for (const line of lines) this.#take(line);
    if (this.#rest.length > MOST_LINE) {
      this.#line++;
      this.refuse('line', this.#rest, `a line of at most ${MOST_LINE} characters`);
    }
  }

  end(): void {
    if (this.#rest !== '') this.#take(this.#rest);
    if (this.folder.references === 0) {
      throw invalid(`The input has no accesses; accepted: ${this.#example}.`);
    }
  }

  #take(written: string): void {
    this.#line++;
    const line = written.trim();
    if (line !== '' && !line.startsWith('#')) this.parse(line);
  }

  protected refuse(what: string, found: string | undefined, accepted: string): never {
    const text = found === undefined ? 'missing' : JSON.stringify(found.slice(0, 80));
    throw invalid(`Line ${this.#line}: ${what} is ${text}; accepted: ${accepted}.`);
  }
}
