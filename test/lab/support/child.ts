// Starts labProcess.ts in a process of its own and reads what it says.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const here = import.meta.dirname;

export interface LabProcess {
  pid: number;
  /** Resolves with the first line, past or future, that matches. */
  said(pattern: RegExp): Promise<string>;
  kill(): Promise<void>;
}

export function startLabProcess(dataDir: string): LabProcess {
  const hook = join(here, 'nodeWorkerHook.ts');
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', hook, join(here, 'labProcess.ts'), dataDir],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  const errors: string[] = [];
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((each) => each());
  createInterface(child.stdout!).on('line', (line) => {
    lines.push(line);
    tell();
  });
  child.stderr!.on('data', (part: Buffer) => void errors.push(part.toString()));
  const ended = once(child, 'exit').then(tell);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const matching = lines.find((line) => pattern.test(line));
        if (matching !== undefined) resolve(matching);
        else if (child.exitCode !== null) {
          reject(new Error(`The process ended before it said ${pattern}: ${errors.join('')}`));
        } else return;
        listeners.delete(look);
      };
      listeners.add(look);
      look();
    });
  return { pid: child.pid!, kill, said };
}
