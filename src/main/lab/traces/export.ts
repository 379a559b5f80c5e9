/** Writes the access column of a trace as raw words, for simulators that read nothing else. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { removeLeftovers, temporaryOf } from '../leftovers.ts';
import { cannotWrite } from './writer.ts';

/** Little-endian 32-bit words, page number in bits 0 to 30, bit 31 set for a write. */
export function exportRaw(accesses: Uint32Array, file: string): void {
  removeLeftovers(file, 'part');
  const temporary = temporaryOf(file, 'part');
  const bytes = new Uint8Array(accesses.buffer, accesses.byteOffset, accesses.byteLength);
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      // A single write may take at most 2 GiB.
      for (let at = 0; at < bytes.length;) {
        at += writeSync(descriptor, bytes, at, Math.min(bytes.length - at, 2 ** 26));
      }
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(file, error);
  }
}
