// What a window is sent of a run that takes many samples: less often, but no event less.
import { expect, it } from 'vitest';
import { liveSamples } from '../../src/main/lab/liveSamples.ts';

it('adds counts up and takes levels at the end of each longer interval', () => {
  const samples = {
    timeNs: [10, 20, 30, 40, 50],
    columns: [
      { scope: 'machine' as const, metric: 'pswpin', values: [1, 2, 3, 4, 5] },
      { scope: 'machine' as const, metric: 'resident', values: [7, 8, 9, 6, 5] },
    ],
  };
  expect(liveSamples(samples, 2)).toEqual({
    timeNs: [30, 50],
    columns: [
      { scope: 'machine', metric: 'pswpin', values: [6, 9] },
      { scope: 'machine', metric: 'resident', values: [9, 5] },
    ],
  });
  expect(liveSamples(samples, 5)).toEqual(samples);
  expect(liveSamples({ timeNs: [], columns: [] })).toBeNull();
});
