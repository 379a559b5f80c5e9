import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../src/engine/clock/eventQueue.ts';

it('is empty at first', () => {
  const queue = new EventQueue();
  expect(queue.size).toBe(0);
  expect(queue.nextTime).toBe(Infinity);
  expect(queue.pop()).toBe(false);
});

it('gives events by time, and those of one time in push order', () => {
  const queue = new EventQueue(2);
  queue.push(20, 1, 100);
  queue.push(10, 2, 200);
  queue.push(20, 3, 300);
  queue.push(10, 4, -400);
  const seen: number[][] = [];
  expect(queue.nextTime).toBe(10);
  while (queue.pop()) seen.push([queue.time, queue.kind, queue.arg]);
  expect(seen).toEqual([
    [10, 2, 200],
    [10, 4, -400],
    [20, 1, 100],
    [20, 3, 300],
  ]);
});

it('does as a stably sorted list does, pushes and pops mixed', () => {
  // A number pushes an event at that time, null pops one; few times make many ties.
  const step = fc.option(fc.integer({ min: 0, max: 12 }), { freq: 2 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const queue = new EventQueue(1);
      const model: { time: number; arg: number }[] = [];
      steps.forEach((time, arg) => {
        if (time !== null) {
          queue.push(time, 7, arg);
          const after = model.findIndex((event) => event.time > time);
          model.splice(after < 0 ? model.length : after, 0, { time, arg });
        } else {
          const wanted = model.shift();
          expect(queue.pop()).toBe(wanted !== undefined);
          if (wanted) expect({ time: queue.time, arg: queue.arg }).toEqual(wanted);
        }
        expect(queue.size).toBe(model.length);
        expect(queue.nextTime).toBe(model[0]?.time ?? Infinity);
      });
    }),
    { numRuns: 300 },
  );
});

it('keeps fractions and far times exactly', () => {
  const queue = new EventQueue();
  queue.push(2 ** 52 + 1, 0, 1);
  queue.push(0.25, 0, 2);
  queue.pop();
  expect(queue.time).toBe(0.25);
  queue.pop();
  expect(queue.time).toBe(2 ** 52 + 1);
});
