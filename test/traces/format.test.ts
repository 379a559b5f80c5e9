// The trace file itself: what goes in comes out, and whatever was damaged or forged is refused.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK, packBlock, unpackBlock } from '../../src/main/lab/traces/codec.ts';
import { readTrace, readTraceHeader } from '../../src/main/lab/traces/format.ts';
import { blockHeadOf, preludeOf } from '../../src/main/lab/traces/layout.ts';
import { TraceWriter, type NewHeader } from '../../src/main/lab/traces/writer.ts';
import { temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
let files = 0;
const next = () => join(folder, `${files++}.swtrace`);

function headerFor(accesses: Uint32Array, pages: number): NewHeader {
  return {
    title: 'test',
    made: 'by a test',
    command: '',
    source: 'u32',
    pageBytes: 4096,
    accesses: accesses.length,
    pages,
    writes: accesses.filter((access) => access >>> 31 === 1).length,
    references: accesses.length,
    fold: 1,
    instructions: false,
    regions: [{ start: 0, pages, address: 0, kind: 'data' }],
  };
}

function write(accesses: Uint32Array, pages: number, file = next()): string {
  const writer = new TraceWriter(file, headerFor(accesses, pages), 1);
  writer.add(accesses);
  writer.finish();
  return file;
}

const access = (pages: number) =>
  fc
    .tuple(fc.nat(pages - 1), fc.boolean())
    .map(([page, isWrite]) => (isWrite ? (page | 0x8000_0000) >>> 0 : page));

describe('a trace file', () => {
  it('gives back every access that was put in', async () => {
    const pages = fc.constantFrom(1, 2, 300, 100_000, 64 * 1024 * 1024);
    const trace = pages.chain((n) =>
      fc.tuple(fc.constant(n), fc.array(access(n), { minLength: 1 })),
    );
    await fc.assert(
      fc.asyncProperty(trace, async ([n, list]) => {
        const accesses = Uint32Array.from(list);
        const read = await readTrace(write(accesses, n, join(folder, 'property.swtrace')));
        expect([...read.accesses]).toEqual(list);
        expect(read.pages).toBe(n);
      }),
      { numRuns: 100 },
    );
  });

  it('spans several blocks', async () => {
    const accesses = Uint32Array.from({ length: 2 * BLOCK + 17 }, (_, i) => (i * 7919) % 1000);
    const file = write(accesses, 1000);
    const read = await readTrace(file);
    expect(read.accesses).toEqual(accesses);
    expect(await readTraceHeader(file)).toEqual(read.header);
  });

  it('codes a small step in one byte and the largest in five', () => {
    const raw = (...list: number[]) => packBlock(Uint32Array.from(list), 1).raw;
    expect(raw(31)).toBe(1);
    expect(raw(32)).toBe(2);
    expect(raw(0x7fff_ffff)).toBe(5);
    expect(raw(5, 5, 4, 6, 0x8000_0005)).toBe(5);
  });
});

describe('a damaged trace file', () => {
  const accesses = Uint32Array.from({ length: 1000 }, (_, i) => (i * i) % 97);
  const whole = readFileSync(write(accesses, 97));
  const reading = (bytes: Uint8Array) => {
    const file = next();
    writeFileSync(file, bytes);
    return readTrace(file);
  };

  it('is refused wherever it was cut off', async () => {
    for (let length = 0; length < whole.length; length += 1 + Math.floor(length / 40)) {
      await expect(reading(whole.subarray(0, length)), `${length} bytes`).rejects.toThrow(
        /is no (sound )?trace file/,
      );
    }
  });

  it('is refused with any byte of it changed, except where its header is free text', async () => {
    const header = whole.indexOf('}\n') + 2;
    const spots = [...Array(16).keys(), ...[...Array(60).keys()].map((i) => header + i)];
    spots.push(whole.length - 13, whole.length - 1);
    for (const at of spots) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0x41;
      await expect(reading(bytes), `byte ${at}`).rejects.toThrow(/is no (sound )?trace file/);
    }
  });

  it('is refused with something behind its end', async () => {
    await expect(reading(Buffer.concat([whole, Buffer.of(0)]))).rejects.toThrow(
      '1 bytes follow its end',
    );
  });

  const changed = (key: string, value: unknown) => {
    const end = whole.indexOf('}\n', whole.indexOf('"sha256"')) + 2;
    const json = JSON.parse(whole.toString('utf8', 16, end)) as Record<string, unknown>;
    const text = Buffer.from(JSON.stringify({ ...json, [key]: value }));
    return Buffer.concat([preludeOf(text.length), text, whole.subarray(end)]);
  };

  it.each([
    ['accesses', 999, 'its blocks do not hold the 999 accesses of its header'],
    ['accesses', 1001, 'its blocks do not hold the 1001 accesses of its header'],
    ['accesses', 2 ** 31, 'its header is wrong at "accesses"'],
    ['pages', 2 ** 40, 'its header is wrong at "pages"'],
    ['pages', 96, 'its regions have 97 pages, its header says 96'],
    ['writes', 1, 'it has 0 writes, its header says 1'],
    ['writes', 1001, '1001 writes among 1000 accesses'],
    ['sha256', 'a'.repeat(64), 'its accesses do not have the SHA-256 of its header'],
    ['regions', [{ start: 1, pages: 96, address: 0, kind: 'data' }], 'a region starts at page 1'],
    ['surprise', true, 'its header is wrong at'],
  ])('is refused with %s changed to %j', async (key, value, message) => {
    await expect(reading(changed(key, value))).rejects.toThrow(message);
  });

  it('of a later version says so', async () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(2, 8);
    await expect(reading(bytes)).rejects.toThrow('its format has version 2, this release reads 1');
  });

  it('that is missing or a folder is named', async () => {
    await expect(readTrace(join(folder, 'none.swtrace'))).rejects.toThrow(
      /There is no file .*none/,
    );
    await expect(readTrace(folder)).rejects.toThrow('is a folder, not a trace file');
  });
});

describe('a bomb', () => {
  const zeros = brotliCompressSync(Buffer.alloc(64 * 1024 * 1024));

  it('stops at the size that it claims', () => {
    expect(zeros.length).toBeLessThan(200);
    const into = new Uint32Array(1000);
    expect(unpackBlock(zeros, 5000, 10, into)).toBe(
      'a block does not decompress to the size that it claims',
    );
  });

  it.each([
    ['a block of more accesses than there can be', { accesses: BLOCK + 1, raw: BLOCK + 1 }],
    ['more bytes than its accesses can take', { accesses: 10, raw: 51 }],
    ['fewer bytes than its accesses must take', { accesses: 10, raw: 9 }],
  ])('is refused before it is decompressed: %s', async (_, { accesses, raw }) => {
    const header = headerFor(new Uint32Array(accesses), 10);
    const text = Buffer.from(JSON.stringify({ ...header, sha256: '0'.repeat(64) }));
    const head = blockHeadOf({ accesses, raw, packed: zeros.length });
    const file = next();
    writeFileSync(file, Buffer.concat([preludeOf(text.length), text, head, zeros]));
    await expect(readTrace(file)).rejects.toThrow(`a block claims`);
  });
});
