/**
 * Files that the desktop handed to the app to be opened: a run is imported, a scenario is passed on. They
 * wait here until a page asks, because the first of them comes before there is one.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { OpenedFile } from './contract.ts';
import { invalid, LabError, messageOf } from './errors.ts';
import { RUN_FORMAT } from './exchange.ts';
import { IMPORT_LIMIT } from './inputs.ts';

export interface OpenedFilesOptions {
  /** Reads an exported run and keeps it, or finds it where it is kept already. */
  importRun(text: string): { id: number };
  /** Tells the pages that something waits. */
  tell(): void;
}

export class OpenedFiles {
  readonly #options: OpenedFilesOptions;
  #waiting: OpenedFile[] = [];

  constructor(options: OpenedFilesOptions) {
    this.#options = options;
  }

  /** @param path absolute */
  async open(path: string): Promise<void> {
    const name = basename(path);
    try {
      this.#waiting.push(await this.#read(path, name));
    } catch (error) {
      const message = error instanceof LabError ? error.message : cannotBeRead(error);
      this.#waiting.push({ kind: 'refused', name, message });
    }
    this.#options.tell();
  }

  /** What has come since the last call; each file once. */
  take(): OpenedFile[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  async #read(path: string, name: string): Promise<OpenedFile> {
    const found = await stat(path);
    if (!found.isFile()) throw invalid('it is not a file.');
    if (found.size > IMPORT_LIMIT) {
      const limit = IMPORT_LIMIT / 1024 / 1024;
      throw invalid(`it holds ${found.size} bytes; accepted: at most ${limit} MiB.`);
    }
    const text = await readFile(path, 'utf8');
    if (isRun(text)) return { kind: 'run', name, id: this.#options.importRun(text).id };
    return { kind: 'scenario', name, text, baseDir: dirname(path) };
  }
}

/** What is no JSON is taken for a scenario: the page says where it breaks. */
function isRun(text: string): boolean {
  try {
    return (JSON.parse(text) as { format?: unknown } | null)?.format === RUN_FORMAT;
  } catch {
    return false;
  }
}

function cannotBeRead(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is not there any more.';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read.';
  return `it cannot be read: ${messageOf(error)}.`;
}
