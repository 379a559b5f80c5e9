// Recordings of valgrind's lackey, written by hand, with the accesses that they must give.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../src/main/lab/traces/import/importTrace.ts';
import { importParts, temporaryFolder } from './helpers.ts';

const folder = temporaryFolder();
let files = 0;

const lackey = (text: string | string[], options: Partial<ImportOptions> = {}) =>
  importParts([text].flat(), {
    source: 'lackey',
    file: join(folder, `${files++}.swtrace`),
    ...options,
  });

describe('lines of lackey', () => {
  it('become accesses to pages numbered in ascending order of addresses', async () => {
    const { accesses, header } = await lackey(
      'I  04001000,3\n L 1fff0006f8,8\n S 04222f90,4\nI  04001003,5\n',
    );
    // Pages 0x4001, 0x4222 and 0x1fff000 in this order, whichever came first.
    expect(accesses).toEqual(['0', '2', '1w', '0']);
    expect(header).toMatchObject({ accesses: 4, pages: 3, writes: 1, references: 4 });
    expect(header.regions).toEqual([
      { start: 0, pages: 1, address: 0x4001, kind: 'code' },
      { start: 1, pages: 1, address: 0x4222, kind: 'data' },
      { start: 2, pages: 1, address: 0x1fff000, kind: 'data' },
    ]);
  });

  it('fold references to the page of the one before, and a write wins', async () => {
    const { accesses, header } = await lackey(
      ' L 1000,4\n L 1ffc,4\n S 1008,4\n L 1010,4\n L 2000,4\n L 1000,4\n',
    );
    expect(accesses).toEqual(['0w', '1', '0']);
    expect(header).toMatchObject({ accesses: 3, references: 6, writes: 1 });
  });

  it('that modify are one write', async () => {
    const { accesses, header } = await lackey(' M 1000,8\n L 5000,8\n');
    expect(accesses).toEqual(['0w', '1']);
    expect(header.references).toBe(2);
  });

  it('that cross the end of a page touch both pages', async () => {
    // 0xfff + 2 bytes reaches 0x1000; 0xffc + 4 bytes ends at 0xfff; 0x2ffe + 4100 spans three.
    const { accesses } = await lackey(' S 0fff,2\n L 5000,1\n L 0ffc,4\n L 2ffe,4100\n');
    expect(accesses).toEqual(['0w', '1w', '5', '0', '2', '3', '4']);
  });

  it('are cut into the pages that are asked for', async () => {
    const { accesses, header } = await lackey(' L 3ffe,4\n L 8000,1\n', { pageBytes: 16384 });
    expect(accesses).toEqual(['0', '1', '2']);
    expect(header.pageBytes).toBe(16384);
  });

  it('may leave instruction fetches out', async () => {
    const text = 'I  1000,3\n L 2000,4\nI  1003,3\n L 2004,4\n';
    const { accesses, header } = await lackey(text, { instructions: false });
    expect(accesses).toEqual(['0']);
    expect(header).toMatchObject({ pages: 1, references: 2, instructions: false });
  });

  it('make a region code only where nothing else ever touched its pages', async () => {
    const text = 'I  1000,3\nI  2000,3\nI  3000,3\n L 2010,8\nI  1000,3\n';
    const { header } = await lackey(text);
    expect(header.regions.map(({ pages, kind }) => [pages, kind])).toEqual([
      [1, 'code'],
      [1, 'data'],
      [1, 'code'],
    ]);
  });

  it('keep that mark when the reference was folded into a fetch', async () => {
    const { header } = await lackey('I  1000,3\n L 1010,8\n');
    expect(header.regions).toEqual([{ start: 0, pages: 1, address: 1, kind: 'data' }]);
  });

  it('part areas where more pages than the gap lie between them', async () => {
    const text = ' L 1000,1\n L 3000,1\n L 6000,1\n';
    const areas = async (gap: number) =>
      (await lackey(text, { gap })).header.regions.map(({ start, pages }) => [start, pages]);
    // One untouched page lies between the first two, two between the last two.
    expect(await areas(0)).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(await areas(1)).toEqual([
      [0, 2],
      [2, 1],
    ]);
    expect(await areas(2)).toEqual([[0, 3]]);
  });

  it('fold over a window of several pages, first in, first out', async () => {
    // Window of 2: C pushes A out, so that the A after it is a record of its own.
    const text = ' L a000,1\n L b000,1\n S a000,1\n L b000,1\n L c000,1\n L a000,1\n L b000,1\n';
    const { accesses, header } = await lackey(text, { fold: 2 });
    expect(accesses).toEqual(['0w', '1', '2', '0', '1']);
    expect(header).toMatchObject({ accesses: 5, references: 7, fold: 2 });
  });

  it('may end with a carriage return, and the last one without any end', async () => {
    const { accesses } = await lackey(' L 1000,4\r\n S 2000,4\r\n L 3000,4');
    expect(accesses).toEqual(['0', '1w', '2']);
  });

  it('give the same whatever chunks they come in', async () => {
    const text = '==7== x\nI  04001000,3\n L 1fff0006f8,8\n\n S 04222ffe,4\nnoise\n M 0421c7cc,4\n';
    const whole = await lackey(text);
    expect(whole.warning).toContain('line 6: "noise"');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const parts = at.slice(1).map((end, i) => text.slice(at[i], end));
        const { accesses, warning } = await lackey(parts);
        expect(accesses).toEqual(whole.accesses);
        expect(warning).toBe(whole.warning);
      }),
      { numRuns: 40 },
    );
  });
});

describe('other lines', () => {
  it("are passed over without a word where they are valgrind's own", async () => {
    const text = '==12== Lackey\n--12-- note\n**12** message\n\n L 1000,4\n==12== \n';
    expect(await lackey(text)).toMatchObject({ accesses: ['0'], warning: undefined });
  });

  it.each([
    ['a letter of no reference', ' X 1000,4'],
    ['no address', ' L ,4'],
    ['no size', ' L 1000,'],
    ['size zero', ' L 1000,0'],
    ['a size beyond reason', ' L 1000,99999999999'],
    ['an address beyond 2^53', ' L ffffffffffffffff,4'],
    ['something after the size', ' L 1000,4 x'],
    ['an instruction with one space', 'I 1000,4'],
    ['a load without its space', 'L 1000,4'],
  ])('are counted and named: %s', async (_, line) => {
    const { accesses, warning } = await lackey(` L 5000,4\n${line}\n S 6000,4\n`);
    expect(accesses).toEqual(['0', '1w']);
    expect(warning).toContain(`line 2: ${JSON.stringify(line)}`);
  });

  it('end the import after a hundred, with the first of them', async () => {
    const file = join(folder, 'never.swtrace');
    const text = ` L 5000,4\nfirst stray\n${'more\n'.repeat(100)}`;
    await expect(lackey(text, { file })).rejects.toThrow(
      /More than 100 lines .*line 2: "first stray"; accepted: lines such as "I {2}04001000,3"/,
    );
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
  });

  it('that are endless do not fill memory', async () => {
    const long = 'x'.repeat(100_000);
    const { accesses, warning } = await lackey([' L 1000,4\n', long, long, `${long}\n S 1000,4\n`]);
    expect(accesses).toEqual(['0w']);
    expect(warning).toContain('1 line was passed over');
  });

  it('alone are no recording', async () => {
    await expect(lackey('hello\n')).rejects.toThrow(
      'The input has no memory references; accepted: lines such as "I  04001000,3"',
    );
    await expect(lackey('')).rejects.toThrow('The input has no memory references');
  });
});
