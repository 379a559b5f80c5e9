/**
 * Temporary files beside a file that is being written. Each carries the id of the process that writes
 * it, so that what a killed process left can be told from what a living one is at.
 */
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const temporaryOf = (file: string, suffix: string): string =>
  `${file}.${process.pid}.${suffix}`;

/**
 * Removes temporary files of processes that are gone; a process id that is in use again spares its file.
 * @param file what was to be written; files whose names go on from it are covered too
 * @param suffix the end of their names, as a regular expression
 */
export function removeLeftovers(file: string, suffix: string): void {
  const start = basename(file);
  const pattern = new RegExp(`\\.(\\d+)\\.${suffix}$`);
  try {
    for (const name of readdirSync(dirname(file))) {
      const [, id] = (name.startsWith(start) && pattern.exec(name)) || [];
      if (id !== undefined && !isRunning(Number(id)))
        rmSync(join(dirname(file), name), { force: true });
    }
  } catch {
    // A folder that may not be read or written: whoever writes there says so.
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
