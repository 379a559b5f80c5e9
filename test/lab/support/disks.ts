// Disks that misbehave: small ones and read-only ones. Mounting needs privileges that not every machine gives.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { temporaryFolder } from './lab.ts';

const succeeds = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Whether this process may mount a file system. */
export const canMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'swap-lab-disk-'));
  const can = mountMemory(folder, 64) && succeeds('umount', folder);
  rmSync(folder, { recursive: true });
  return can;
})();

function mountMemory(folder: string, kib: number): boolean {
  return succeeds('mount', '-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder);
}

/** A file system of its own of so many KiB, for where `canMount`. */
export function smallDisk(kib: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'swap-lab-disk-'));
  expect(mountMemory(folder, kib)).toBe(true);
  onTestFinished(() => {
    succeeds('umount', '-l', folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A folder that can be filled before it is made read-only. */
export function folderToProtect(): string {
  return process.getuid?.() === 0 && canMount ? smallDisk(8192) : temporaryFolder();
}

/**
 * Makes a folder read-only for this process, and gives the folder that is: where permissions do not
 * bind (root) the file system is remounted, and where that may not be, one stands in that is always so.
 */
export function makeReadOnly(folder: string): string {
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    return folder;
  }
  return canMount && succeeds('mount', '-o', 'remount,ro', folder) ? folder : '/sys/kernel';
}
