/** Page tables are charged like pages, by the size of a page. */
import { expect, it } from 'vitest';
import { simulate } from '../../support/engine/simulate.ts';

const tables = (
  pages: number,
  pageSize: '4KiB' | '16KiB' | '64KiB',
  order = [...Array(pages).keys()],
) => {
  const simulation = simulate(
    {
      machine: { memory: '4GiB', pageSize },
      cgroups: { a: { workloads: [{ name: 'w', trace: { file: 't' } }] } },
    },
    {
      t: { accesses: Uint32Array.from(order), pages, regions: [{ start: 0, pages }] },
    },
  );
  while (!simulation.advance(1e6));
  const [process] = simulation.kernel.processes;
  expect(simulation.kernel.root.pages).toBe(process!.resident + process!.tables);
  return process!.tables;
};

it.each([
  // One table of 512 entries for 512 pages, and one directory for each GiB.
  ['4KiB', 24576, 49],
  ['4KiB', 1, 2],
  ['4KiB', 512, 2],
  ['4KiB', 513, 3],
  ['4KiB', 262145, 515],
  // A table of 16 KiB has 2048 entries, one of 64 KiB has 8192.
  ['16KiB', 24576, 13],
  ['16KiB', 2049, 3],
  ['64KiB', 24576, 4],
] as const)('with pages of %s, %i pages need %i page tables', (pageSize, pages, expected) => {
  expect(tables(pages, pageSize)).toBe(expected);
});

it('exist only where pages were touched', () => {
  expect(tables(24576, '4KiB', [0, 1, 20000])).toBe(3);
});
