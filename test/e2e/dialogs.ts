// Native dialogs of the real app, answered by a test: what is asked, and where the app leaves without a window.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './host.ts';

export interface Asked {
  title?: string;
  message?: string;
  detail?: string;
  buttons?: string[];
}

/**
 * The label of a button, before which a file may be given another path by the person who was asked; or what is
 * chosen in a dialog for files, where an empty list cancels.
 */
export type Answer = { button: string; after?: [from: string, to: string] } | { files: string[] };

/** To be loaded into the main process; it reads the variables of `answering`. */
export const answeredDialogs = join(import.meta.dirname, 'answeredDialogs.ts');

const askedFile = (dataDir: string) => join(dataDir, 'asked.jsonl');

/** The environment in which the app has its dialogs answered. */
export const answering = (dataDir: string, answers: readonly Answer[]): NodeJS.ProcessEnv => ({
  SWAPLAB_NO_FIRST_RUN: '1',
  SWAPLAB_ANSWERS: JSON.stringify(answers),
  SWAPLAB_ASKED: askedFile(dataDir),
});

/** What the app has asked on this data folder, in order. */
export function askedOn(dataDir: string): Asked[] {
  if (!existsSync(askedFile(dataDir))) return [];
  const lines = readFileSync(askedFile(dataDir), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Asked);
}

export interface Left {
  code: number | null;
  errors: string;
}

/** Starts the app without a driver and waits until it leaves by itself. */
export async function startUntilItLeaves(
  dataDir: string,
  answers: readonly Answer[],
  args: readonly string[] = [],
): Promise<Left> {
  const child = spawn(
    process.env.SWAPLAB_ELECTRON!,
    [
      ...['-r', answeredDialogs, '--no-sandbox', `--user-data-dir=${join(dataDir, 'electron')}`],
      ...[root, ...args],
    ],
    {
      env: { ...process.env, SWAPLAB_DATA: dataDir, ...answering(dataDir, answers) },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 30_000,
    },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, errors };
}
