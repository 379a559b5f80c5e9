// Recordings of memory accesses in every format, packed ones, and trace files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTrace, readTraceHeader } from '../../../src/main/lab/traces/format.ts';
import { CsvParser } from '../../../src/main/lab/traces/import/csv.ts';
import { PageFolder } from '../../../src/main/lab/traces/import/folder.ts';
import { LackeyParser } from '../../../src/main/lab/traces/import/lackey.ts';
import type { Parser } from '../../../src/main/lab/traces/import/parser.ts';
import type { Spool } from '../../../src/main/lab/traces/import/spool.ts';
import { TextParser } from '../../../src/main/lab/traces/import/text.ts';
import { U32Parser } from '../../../src/main/lab/traces/import/u32.ts';
import { UcsdParser } from '../../../src/main/lab/traces/import/ucsd.ts';
import { unpack } from '../../../src/main/lab/traces/import/unpack.ts';
import { TraceWriter } from '../../../src/main/lab/traces/writer.ts';
import { refusable, refusableLater, type Target } from '../target.ts';

/** What a recording came to: its accesses in order, or undefined where it was refused. */
function accessesOf(
  parserFor: (folder: PageFolder) => Parser,
  chunks: Buffer[],
): string | undefined {
  const accesses: number[] = [];
  const spool = { add: (word: number) => void accesses.push(word) } as unknown as Spool;
  return refusable(() => {
    const folder = new PageFolder(spool, 2);
    const parser = parserFor(folder);
    for (const chunk of chunks) parser.push(chunk);
    parser.end();
    folder.finish();
    if (folder.accesses !== accesses.length || folder.accesses > folder.references) {
      throw new Error(`${folder.accesses} accesses of ${folder.references} references`);
    }
    return accesses.join();
  });
}

const recording = (
  name: string,
  parserFor: (folder: PageFolder) => Parser,
  ...seeds: (string | Buffer)[]
): Target => ({
  name,
  seeds: () => seeds.map((seed) => Buffer.from(seed)),
  run(input) {
    const whole = Buffer.from(input);
    const cut = input.length === 0 ? 0 : (input[0] as number) % input.length;
    const once = accessesOf(parserFor, [whole]);
    // However the bytes come in, they mean the same.
    if (cut % 4 !== 0) return;
    const twice = accessesOf(parserFor, [whole.subarray(0, cut), whole.subarray(cut)]);
    if (once !== twice) throw new Error(`cut at ${cut} it means something else`);
  },
});

export const recordings: Target[] = [
  recording(
    'lackey',
    (folder) => new LackeyParser(folder, 4096, true),
    '==1== Lackey\nI  04001000,3\n L 1fff0006f8,8\n S 1fff000ffc,8\n M 0421c7cc,4\nhello\n',
  ),
  recording('u32', (folder) => new U32Parser(folder), Buffer.from([1, 0, 0, 0, 2, 0, 0, 128])),
  recording(
    'csv',
    (folder) => new CsvParser(folder, 4096),
    '1,0\n2,w\n0x10,store\n',
    'address,size,op\n4096,8,r\n0x1ffe,4,w\n',
    'page\n1\n2\n',
  ),
  recording(
    'text',
    (folder) => new TextParser(folder, 12),
    '4096\n0x2000\n# note\n18446744073709551615\n',
  ),
  recording('ucsd', (folder) => new UcsdParser(folder, 12), 'l 0x1fffff50 1\ns 0x1fffff58 2\n'),
];

/** What `xz` makes of "1\n2\n". */
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQADMQoyCgBmlnAzxbqw4wABHARvLJzBH7bzfQEAAAAABFla',
  'base64',
);

export const packed: Target = {
  name: 'packed',
  seeds: () => [gzipSync('1\n2\n3\n'), gzipSync('5\n'.repeat(5000)), XZ, Buffer.from('plain')],
  async run(input) {
    const limits = { bytes: 1 << 20, ratio: 250, freeBytes: 1 << 16 };
    let bytes = 0;
    await refusableLater(async () => {
      const chunks = (async function* () {
        yield await Promise.resolve(Buffer.from(input));
      })();
      for await (const chunk of unpack(chunks, limits)) bytes += chunk.length;
    });
    if (bytes > limits.bytes + (1 << 18)) throw new Error(`${bytes} bytes came out`);
  },
};

const folder = mkdtempSync(join(tmpdir(), 'swap-lab-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

function smallTrace(): Buffer {
  const file = join(folder, 'seed.swtrace');
  const header = {
    title: 'Seed', made: '', command: '', source: 'text', pageBytes: 4096, accesses: 6, pages: 4, writes: 1,
    references: 6, fold: 1, instructions: false,
    regions: [{ start: 0, pages: 4, address: 16, kind: 'data' }],
  } as const; // prettier-ignore
  const writer = new TraceWriter(file, { ...header, regions: [...header.regions] }, 5);
  writer.add(Uint32Array.from([0, 1, 2, 3, 0x80000001, 0]));
  writer.finish();
  return readFileSync(file);
}

export const swtrace: Target = {
  name: 'swtrace',
  seeds: () => [smallTrace()],
  async run(input) {
    const file = join(folder, (input.length & 1) === 0 ? 'input.swtrace' : 'input.u32');
    writeFileSync(file, input);
    const header = await refusableLater(() => readTraceHeader(file));
    const trace = await refusableLater(() => readTrace(file));
    if (!trace) return;
    if (!header) throw new Error('its header is refused and its whole is not');
    for (const access of trace.accesses) {
      if ((access & 0x7fffffff) >= trace.pages) throw new Error(`an access to ${access}`);
    }
  },
};
