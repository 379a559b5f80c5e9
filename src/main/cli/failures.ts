/** How a command ends when something is wrong: which exit code, and what is said where. */
import { CommanderError } from 'commander';
import type { LabError } from '../lab/errors.ts';
import { errorData, invalid } from '../lab/errors.ts';
import type { LabErrorData } from '../lab/contract.ts';
import { json } from './output/write.ts';

export const DONE = 0;
/** The run, or the command itself, failed. */
export const FAILED = 1;
/** Something that the user wrote is wrong. */
export const BAD_INPUT = 2;
/** Ended by Ctrl-C, as a shell has it. */
export const INTERRUPTED = 130;

/** Ends a command that has already said everything there is to say. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Says what went wrong and returns the exit code. With `asJson` it also goes to standard output. */
export function report(error: unknown, asJson: boolean): number {
  if (error instanceof Exit) return error.code;
  if (error instanceof CommanderError) {
    // Help that was asked for and the version end well; commander has printed the rest itself.
    if (error.exitCode === 0) return DONE;
    if (asJson) json({ error: { kind: 'invalid', message: firstLine(error.message) } });
    return BAD_INPUT;
  }
  if ((error as Error).name === 'AbortError') {
    process.stderr.write('swaplab: interrupted\n');
    return INTERRUPTED;
  }
  const data = errorData(error);
  process.stderr.write(describe(data));
  if (asJson) json({ error: data });
  return data.kind === 'invalid' || data.kind === 'not_found' ? BAD_INPUT : FAILED;
}

/** One line for each issue of a scenario, after a line that says what it is about. */
function describe({ message, issues }: LabErrorData): string {
  const lines = (issues ?? []).map((issue) => `  ${issue.message}\n`).join('');
  return `swaplab: ${message}\n${lines}`;
}

const firstLine = (text: string) => text.replace(/^error: /, '').split('\n', 1)[0] as string;

/** What reading a file of the user's can run into, in words. */
export function cannotRead(file: string, error: unknown): LabError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return invalid(`There is no file ${file}.`);
  if (code === 'EISDIR') return invalid(`${file} is a folder, not a file.`);
  if (code === 'EACCES' || code === 'EPERM') return invalid(`${file} may not be read.`);
  return invalid(`${file} cannot be read (${code ?? String(error)}).`);
}
