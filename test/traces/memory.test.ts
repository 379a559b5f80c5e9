// A long recording passes through an import in bounded memory, whatever its length.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTraceHeader } from '../../src/main/lab/traces/format.ts';
import { temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
const program = join(folder, 'import.mjs');

/** Imports generated lackey lines and prints the most that its buffers and arrays ever took. */
const SOURCE = `
import { importTrace } from ${JSON.stringify(
  join(import.meta.dirname, '../../src/main/lab/traces/import/importTrace.ts'),
)};
const LINES = 20_000_000;
const CHUNK = 20_000;
async function* recording() {
  let state = 1;
  for (let made = 0; made < LINES; made += CHUNK) {
    let text = '';
    for (let i = 0; i < CHUNK; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      // 16,384 pages, a store every fourth time.
      text += (i & 3 ? ' L ' : ' S ') + (0x10000000 + (state >>> 8) * 4).toString(16) + ',4\\n';
    }
    yield Buffer.from(text, 'latin1');
  }
}
let peak = 0;
const { header } = await importTrace(recording(), {
  source: 'lackey', file: process.argv[2], pageBytes: 4096, instructions: true,
  fold: 1, gap: 16, title: '', made: '', command: '', quality: 1, unpack: true,
  onProgress() { peak = Math.max(peak, process.memoryUsage().arrayBuffers); },
});
console.log(JSON.stringify({ accesses: header.accesses, peak }));
`;

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node22',
      rollupOptions: { input: 'virtual:import', output: { entryFileNames: 'import.mjs' } },
    },
    ssr: { noExternal: true },
    plugins: [
      {
        name: 'virtual',
        resolveId: (id) => (id === 'virtual:import' ? '\0virtual:import' : null),
        load: (id) => (id === '\0virtual:import' ? SOURCE : null),
      },
    ],
  });
});

describe('an import of 20 million references', () => {
  it('holds neither the recording nor its accesses in memory', { timeout: 180_000 }, async () => {
    const file = join(folder, 'long.swtrace');
    const child = spawn(process.execPath, ['--max-old-space-size=64', program, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    for await (const part of child.stdout) text += String(part);
    const { accesses, peak } = JSON.parse(text) as { accesses: number; peak: number };
    const header = await readTraceHeader(file);
    // Neighbouring references fall into the same page once in 16,384 times.
    expect(accesses).toBeGreaterThan(19_990_000);
    expect(header).toMatchObject({ accesses, references: 20_000_000, pages: 16_384 });
    // The accesses alone would take 80 MB; the JavaScript heap of the child is bounded already.
    expect(peak).toBeLessThan(64e6);
  });
});
