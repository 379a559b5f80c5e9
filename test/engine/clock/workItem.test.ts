/** When a queued work item runs, with a worker that takes 36 ns to wake and 50 ns for a run. */
import { expect, it } from 'vitest';
import { WorkItem } from '../../../src/engine/clock/workItem.ts';

it('is not queued while it is pending, and runs again right after a run in which it was', () => {
  const item = new WorkItem();
  const queue = (now: number) => item.queue(now, 36, 50);
  expect(queue(0)).toBe(true);
  // Taken up at 36.
  expect([queue(10), queue(35)]).toEqual([false, false]);
  // Under way until 86: it runs once more from then on, and is pending until then.
  expect([queue(36), queue(40), queue(85)]).toEqual([true, false, false]);
  // From 86 to 136 it runs; asleep at 300, it is taken up at 336.
  expect([queue(300), queue(335)]).toEqual([true, false]);
  expect(item.runs).toBe(3);
});
