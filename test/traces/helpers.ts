/** Imports written-out recordings into a folder of the test and reads what came of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { readTrace } from '../../src/main/lab/traces/format.ts';
import { importTrace, type ImportOptions } from '../../src/main/lab/traces/import/importTrace.ts';

/** A folder that goes away when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'swaplab-traces-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const DEFAULTS = {
  pageBytes: 4096,
  instructions: true,
  fold: 1,
  gap: 16,
  title: 'test',
  made: '',
  command: '',
  quality: 1,
} as const;

/** The parts arrive as separate chunks. */
export async function importParts(
  parts: (string | Buffer)[],
  options: Partial<ImportOptions> & Pick<ImportOptions, 'file'>,
) {
  async function* input() {
    for (const part of parts) yield Buffer.from(part);
  }
  const { header, warning } = await importTrace(input(), {
    ...DEFAULTS,
    unpack: options.source !== 'u32',
    ...options,
  });
  const trace = await readTrace(options.file);
  return { header, warning, trace, accesses: [...trace.accesses].map(readable) };
}

/** `5` for a read of page 5, `5w` for a write. */
export const readable = (access: number) =>
  `${access & 0x7fff_ffff}${access >>> 31 === 1 ? 'w' : ''}`;
