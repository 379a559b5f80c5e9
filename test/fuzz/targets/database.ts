// A database file whose bytes were changed: it opens or is refused, and every run can be asked for.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onStorage } from '../../../src/main/lab/database/failures.ts';
import { closeDatabase, openDatabase } from '../../../src/main/lab/database/open.ts';
import { RunStore } from '../../../src/main/lab/runStore.ts';
import { refusable, type Target } from '../target.ts';

const folder = mkdtempSync(join(tmpdir(), 'swap-lab-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'input.db');

function seed(): Buffer {
  const path = join(folder, 'seed.db');
  const database = openDatabase(path);
  const store = new RunStore(database);
  for (let i = 0; i < 20; i++) {
    store.add({
      name: `Run ${i}`,
      scenario: { description: 'x'.repeat(400) },
      scenarioName: 'S',
      baseDir: null,
      seed: i,
      engineVersion: '0',
      createdAt: i,
      owner: '1-0000000000000000',
    });
  }
  closeDatabase(database);
  return readFileSync(path);
}

export const database: Target = {
  name: 'database',
  most: 512 * 1024,
  seeds: () => [seed()],
  run(input) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    writeFileSync(file, input);
    const opened = refusable(() => openDatabase(file, { busyTimeoutMs: 0 }));
    if (!opened) return;
    try {
      const ask = <T>(work: () => T) => refusable(() => onStorage(file, work));
      const store = new RunStore(opened);
      const page = ask(() => store.list({ limit: 50 }));
      for (const { id } of page?.runs ?? []) ask(() => store.record(id));
      ask(() => store.interrupt('1-0000000000000000', 'x'));
      ask(() => store.purge(5));
    } finally {
      refusable(() => onStorage(file, () => closeDatabase(opened)));
    }
  },
};
