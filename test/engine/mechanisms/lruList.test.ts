import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LruList } from '../../../src/engine/memory/lruList.ts';
import { Pages } from '../../../src/engine/memory/pages.ts';

const PAGES = 300;

const operation = fc.oneof(
  fc.record({ kind: fc.constant('head' as const), page: fc.nat(PAGES - 1) }),
  fc.record({ kind: fc.constant('tail' as const), page: fc.nat(PAGES - 1) }),
  fc.record({ kind: fc.constant('remove' as const), page: fc.nat(PAGES - 1) }),
  fc.record({ kind: fc.constant('take' as const), page: fc.integer({ min: 1, max: 40 }) }),
);

it('a list keeps its order through additions, removals and holes, like an array', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 50, maxLength: 1500 }), (operations) => {
      const pages = new Pages(PAGES);
      const list = new LruList();
      const out = new Int32Array(64);
      // From head to tail.
      let plain: number[] = [];
      for (const { kind, page } of operations) {
        if (kind === 'take') {
          const taken = list.take(page, out);
          expect([...out.subarray(0, taken)]).toEqual(plain.slice(-page).reverse());
          plain = plain.slice(0, -page);
        } else if (kind === 'remove') {
          if (!plain.includes(page)) continue;
          list.remove(pages, page);
          plain = plain.filter((p) => p !== page);
        } else if (!plain.includes(page)) {
          if (kind === 'head') list.addHead(pages, page);
          else list.addTail(pages, page);
          plain = kind === 'head' ? [page, ...plain] : [...plain, page];
        }
        expect(list.size).toBe(plain.length);
      }
      expect([...list.pages()]).toEqual(plain);
    }),
    { numRuns: 200, seed: 1 },
  );
});

it('a list with stamps keeps each page its stamp, through growth and holes and until a taken page is added anew', () => {
  const pages = new Pages(PAGES);
  const list = new LruList(true);
  const out = new Int32Array(1);
  // The highest stamp of 32 bits down, so that a sign would show.
  const stampOf = (page: number) => 0xffffffff - page;
  for (let page = 0; page < PAGES; page++) {
    list.addHead(pages, page, stampOf(page));
    if (page % 3 === 2) list.remove(pages, page - 1);
  }
  for (const page of list.pages()) expect(list.stamp(pages, page)).toBe(stampOf(page));
  expect(list.take(1, out)).toBe(1);
  expect(out[0]).toBe(0);
  const stamp = list.stamp(pages, 0);
  list.addHead(pages, 0, stamp);
  expect(list.stamp(pages, 0)).toBe(0xffffffff);
});
