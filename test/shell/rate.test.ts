// The bucket that bounds how often something may be asked, with a clock set by hand.
import { expect, it } from 'vitest';
import { Bucket } from '../../src/main/serve/rate.ts';

it('gives a burst, then as much as refills, and never more than a burst', () => {
  let now = 0;
  // Three at once, then two a second: one every 500 ms.
  const bucket = new Bucket(3, 2, () => now);
  const take = () => bucket.take();
  expect([take(), take(), take(), take(), take()]).toEqual([0, 0, 0, 500, 500]);
  now = 400;
  expect(take()).toBeCloseTo(100);
  now = 500;
  expect([take(), take()]).toEqual([0, 500]);
  now = 1e9;
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 500]);
});
