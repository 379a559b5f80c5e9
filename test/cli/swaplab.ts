/** Starts the real command line, as it was built, with a data folder of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ReturnType<typeof spawn>;
  ended: Promise<Ended>;
}

export interface SwaplabOptions {
  input?: string | Buffer;
  cwd?: string;
}

/** A folder for the files of the tests, and the data folder of the commands inside it. */
export function swaplabIn() {
  const folder = mkdtempSync(join(tmpdir(), 'swaplab-cli-'));
  const data = join(folder, 'data');
  // The script builds what is out of date; the tests then start what it built without it.
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/swaplab.mjs'), '--version']);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function start(args: string[], { input, cwd }: SwaplabOptions = {}): Running {
    const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
      cwd: cwd ?? folder,
      env: { ...process.env, SWAPLAB_DATA: data },
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => (texts.stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (texts.stderr += part));
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const ended = new Promise<Ended>((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => done({ code, ...texts }));
    });
    return { child, ended };
  }

  return {
    folder,
    /** Whether any command has made the data folder. */
    hasData: () => existsSync(data),
    start,
    swaplab: (...args: string[]) => start(args).ended,
    swaplabWith: (input: string | Buffer, ...args: string[]) => start(args, { input }).ended,
  };
}

/** Standard output as the one JSON document that it must be. */
export const parse = <T>({ stdout }: Ended): T => JSON.parse(stdout) as T;
