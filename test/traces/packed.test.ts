// Plain text and UCSD lines as recordings, and recordings that are packed.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importParts, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
let files = 0;
const next = () => join(folder, `${files++}.swtrace`);
const text = (lines: string, pageShift?: number) =>
  importParts([lines], { source: 'text', file: next(), pageShift });
const ucsd = (lines: string) => importParts([lines], { source: 'ucsd', file: next() });

describe('plain text', () => {
  it('is page numbers, decimal or hexadecimal', async () => {
    const { accesses, header } = await text('17\n0x12\r\n# a comment\n\n 17 \n16');
    expect(accesses).toEqual(['1', '2', '1', '0']);
    expect(header).toMatchObject({ source: 'text', references: 4, pages: 3, writes: 0 });
    expect(header.regions[0]).toMatchObject({ address: 16, pages: 3 });
  });

  it('is addresses with a shift, up to 64 bits', async () => {
    const { accesses, header } = await text('4095\n4096\n0x2fff\n0xffffffff81000fff\n', 12);
    expect(accesses).toEqual(['0', '1', '2', '3']);
    expect(header.regions.at(-1)?.address).toBe(0xffff_ffff_8100_0);
  });

  it.each([
    ['1\n2\nthree\n', undefined, 'Line 3: page is "three"; accepted: a whole number, decimal'],
    ['1 2\n', undefined, 'Line 1: page is "1 2"; accepted'],
    ['-1\n', undefined, 'Line 1: page is "-1"; accepted'],
    ['9007199254740992\n', undefined, 'below 2^53'],
    ['0x10000000000000000\n', 12, 'Line 1: address is "0x10000000000000000"; accepted'],
    ['# nothing\n', undefined, 'The input has no accesses; accepted: a page number a line'],
    ['1'.repeat(5000), undefined, 'accepted: a line of at most 4096 characters'],
  ])('refuses %j', async (lines, shift, message) => {
    await expect(text(lines, shift)).rejects.toThrow(message);
  });
});

describe('UCSD lines', () => {
  it('are loads and stores of addresses, with gaps that are left out', async () => {
    const { accesses, header } = await ucsd('l 0x1fffff50 1\ns 0x1fffff58 2\nl 0x20000000 12\n');
    // The first two lie in one page, which the store makes a write.
    expect(accesses).toEqual(['0w', '1']);
    expect(header).toMatchObject({ source: 'ucsd', references: 3, accesses: 2 });
    expect(header.regions[0]?.address).toBe(0x1ffff);
  });

  it.each([
    ['l 0x10 1\nx 0x10 1\n', 'Line 2: line is "x 0x10 1"; accepted: "l 0xADDRESS GAP"'],
    ['l 1fff 1\n', 'Line 1: line is "l 1fff 1"'],
    ['s 0x10\n', 'Line 1: line is "s 0x10"'],
    ['', 'The input has no accesses; accepted: lines "l 0xADDRESS GAP"'],
  ])('refuses %j', async (lines, message) => {
    await expect(ucsd(lines)).rejects.toThrow(message);
  });
});

describe('packed recordings', () => {
  const LINES = '17\n0x12\n17\n';
  /** `LINES` as `xz -9` packs them. */
  const XZ = Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAKMTcKMHgxMgoxNwoAAEpZoYbRFhfSAAEjC8Ib/QkftvN9AQAAAAAEWVo=',
    'base64',
  );
  const parts = (bytes: Buffer, size: number) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
  const packed = (bytes: Buffer, size = 1 << 16, unpackLimits = UNLIMITED) =>
    importParts(parts(bytes, size), { source: 'text', file: next(), unpackLimits });
  const UNLIMITED = { bytes: 2 ** 40, ratio: 1e6, freeBytes: 0 };

  it.each([
    ['gzip', gzipSync(LINES)],
    ['gzip in two members', Buffer.concat([gzipSync('17\n0x1'), gzipSync('2\n17\n')])],
    ['xz', XZ],
  ])('are unpacked: %s', async (_, bytes) => {
    for (const size of [1, 3, 1000]) {
      expect((await packed(bytes, size)).accesses).toEqual(['0', '1', '0']);
    }
  });

  it('give the same trace, packed or not, across many chunks', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${(i * 7919) % 4001}\n`).join('');
    const plain = await text(lines);
    const zipped = await packed(gzipSync(lines), 5000);
    expect(zipped.header.sha256).toBe(plain.header.sha256);
    let xz: Buffer | undefined;
    try {
      xz = execFileSync('xz', ['-c'], { input: lines, maxBuffer: 1 << 24 });
    } catch {
      // No xz here: the short one above must do.
    }
    if (xz) expect((await packed(xz, 5000)).header.sha256).toBe(plain.header.sha256);
  });

  it.each([
    ['damaged gzip', Buffer.concat([gzipSync(LINES).subarray(0, 12), Buffer.alloc(40, 0x55)])],
    ['gzip cut short', gzipSync(LINES).subarray(0, -6)],
    ['xz cut short', XZ.subarray(0, -20)],
    ['damaged xz', Buffer.concat([XZ.subarray(0, 28), Buffer.alloc(40, 0x55)])],
  ])('are refused: %s', async (name, bytes) => {
    const what = name.includes('gzip') ? 'The gzip data is damaged' : 'The xz data cannot be';
    await expect(packed(bytes, 7)).rejects.toThrow(what);
  });

  it('of several xz streams are refused, not cut off', async () => {
    const message = 'several xz streams in a row; accepted: one. `xz -dc FILE |';
    for (const size of [5, 1000]) {
      await expect(packed(Buffer.concat([XZ, XZ]), size)).rejects.toThrow(message);
    }
  });

  it('may not come to much more than they are', async () => {
    // One access after another to the same page: the import itself would hold next to nothing.
    const bomb = gzipSync('1\n'.repeat(4_000_000));
    const ratio = { bytes: 2 ** 30, ratio: 250, freeBytes: 2 ** 20 };
    await expect(packed(bomb, 1 << 16, ratio)).rejects.toThrow(
      'beyond 1048576 at most 250 times the packed size',
    );
    await expect(packed(bomb, 1 << 16, { ...UNLIMITED, bytes: 2e6 })).rejects.toThrow(
      'accepted: at most 2000000 bytes',
    );
    expect((await packed(bomb)).header).toMatchObject({ references: 4_000_000, accesses: 1 });
  });

  it('are taken as they are where raw words may begin alike', async () => {
    const words = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
    const { header } = await importParts([words], { source: 'u32', file: next() });
    expect(header.regions[0]?.address).toBe(0x088b1f);
    const { header: unpacked } = await importParts([gzipSync(words)], {
      source: 'u32',
      file: next(),
      unpack: true,
    });
    expect(unpacked.sha256).toBe(header.sha256);
  });
});

describe('a recording of which nobody says what it is', () => {
  const told = async (parts: (string | Buffer)[]) => {
    const { header, accesses } = await importParts(parts, {
      source: undefined,
      unpack: true,
      file: next(),
    });
    return [header.source, ...accesses];
  };

  it.each([
    ['text', '\n# pages\n0x12\n17\n', ['1', '0']],
    ['text', '17', ['0']],
    ['ucsd', 's 0x1fffff50 1\n', ['0w']],
    ['csv', '17,w\n18,r\n', ['0w', '1']],
    ['csv', 'op,address\nr,0x5000\n', ['0']],
    ['lackey', '==7== Lackey\n S 1fff0006f8,8\n', ['0w']],
    ['lackey', 'I  04001000,3\n', ['0']],
  ])('is %s by its first line', async (source, lines, accesses) => {
    expect(await told([lines])).toEqual([source, ...accesses]);
    expect(await told([gzipSync(lines)])).toEqual([source, ...accesses]);
    expect(await told([...lines])).toEqual([source, ...accesses]);
  });

  it.each([
    [[Buffer.from([1, 0, 0, 0, 2, 0, 0, 128])], 'accepted: lines in the form lackey, csv'],
    [['hello world\n'], 'The recording begins with "hello world"; accepted'],
    [[''], 'The recording has no line; accepted'],
    [[gzipSync('x'.repeat(100_000))], 'The recording has no line'],
  ])('is refused when nothing fits', async (parts, message) => {
    await expect(told(parts)).rejects.toThrow(message);
  });
});
