// CSV and raw words as recordings, and raw words as traces.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportRaw } from '../../src/main/lab/traces/export.ts';
import { readTrace, readTraceHeader } from '../../src/main/lab/traces/format.ts';
import { importParts, readable, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
let files = 0;
const next = () => join(folder, `${files++}.swtrace`);
const csv = (text: string) => importParts([text], { source: 'csv', file: next() });

describe('CSV', () => {
  it('without a header is page and write', async () => {
    const { accesses, header } = await csv('7,0\n7,1\n9,w\n0x8,r\n7\n');
    expect(accesses).toEqual(['0w', '2w', '1', '0']);
    expect(header).toMatchObject({ source: 'csv', references: 5, pages: 3 });
  });

  it('with a header has its columns in any order', async () => {
    const { accesses } = await csv(
      'time,op,address,size\n0.1,load,0x0fff,2\n0.2,store,8192,1\n0.3,READ,4095,1\n',
    );
    expect(accesses).toEqual(['0', '1', '2w', '0']);
  });

  it('reads comments, blank lines and carriage returns', async () => {
    expect((await csv('# made by hand\r\n\r\npage,write\r\n3,1\r\n')).accesses).toEqual(['0w']);
  });

  it.each([
    ['1,0\n2,maybe\n', 'Line 2: write is "maybe"; accepted: 0, r, read'],
    ['1,0\n\nx,1\n', 'Line 3: page is "x"; accepted: a whole number'],
    ['1,0\n-4,1\n', 'Line 2: page is "-4"; accepted: a whole number'],
    ['1,0,5\n', 'Line 1: line is "1,0,5"; accepted: "page" or "page,write"'],
    ['address,op\n4096\n', 'Line 2: write is missing; accepted: 0, r, read'],
    ['address,size\n4096,0\n', 'Line 2: size is "0"; accepted: 1 to'],
    ['', 'The input has no accesses; accepted: lines such as "17,1"'],
  ])('refuses %j', async (text, message) => {
    await expect(csv(text)).rejects.toThrow(message);
  });
});

const words = (...list: number[]) => Buffer.from(Uint32Array.from(list).buffer);

describe('raw words', () => {
  it('are imported with their pages numbered anew', async () => {
    const bytes = words(5, 0x8000_0005, 0x7fff_ffff, 0x8000_0003);
    const parts = [bytes.subarray(0, 6), bytes.subarray(6)];
    const { accesses, header } = await importParts(parts, { source: 'u32', file: next() });
    expect(accesses).toEqual(['1w', '2', '0w']);
    expect(header.regions.at(-1)).toEqual({
      start: 2,
      pages: 1,
      address: 0x7fff_ffff,
      kind: 'data',
    });
  });

  it('must be whole', async () => {
    const parts = [Buffer.alloc(7)];
    await expect(importParts(parts, { source: 'u32', file: next() })).rejects.toThrow(
      'The input ends with 3 bytes of a word',
    );
  });

  it('are a trace as they are', async () => {
    const file = join(folder, 'raw.u32');
    writeFileSync(file, words(4, 0x8000_0000, 4));
    const trace = await readTrace(file);
    expect([...trace.accesses].map(readable)).toEqual(['4', '0w', '4']);
    expect(trace).toMatchObject({ pages: 5, regions: [{ start: 0, pages: 5 }] });
    expect(trace.header).toMatchObject({ accesses: 3, writes: 1, title: 'raw.u32' });
    expect(await readTraceHeader(file)).toEqual(trace.header);
  });

  it('survive the way through a trace file and out again', async () => {
    const { trace } = await csv('0,1\n1,0\n2,1\n0,0\n');
    const file = join(folder, 'out.u32');
    exportRaw(trace.accesses, file);
    const raw = await readTrace(file);
    expect([...raw.accesses]).toEqual([...trace.accesses]);
    expect(raw.sha256).toBe(trace.sha256);
  });

  it.each([
    ['empty.u32', Buffer.alloc(0), 'is empty'],
    ['odd.u32', Buffer.alloc(6), 'has 6 bytes; accepted: a multiple of 4'],
    ['far.u32', words(0x7fff_ffff), 'names page 2147483647; accepted: pages below'],
    ['words.bin', words(1, 2), 'is no trace file; accepted: a .swtrace file'],
  ])('are refused as %s', async (name, bytes, message) => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    await expect(readTrace(file)).rejects.toThrow(message);
  });
});
