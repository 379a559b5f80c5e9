// The memory of a session in the real app, in short: what a round through all screens leaves behind for good.
// The long form is the bench `memory` (docs/reliability.md).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LongSession } from './longSession.ts';

/** Until code is compiled and the samples of the eight runs that ended last are there. */
const WARM_UP = 10;
const ROUNDS = 6;

/**
 * What a round may leave for good, MiB: less than the samples of its run, which take a quarter of a MiB. A chart
 * that stays shows in its nodes.
 */
const MOST_HEAP = 0.2;
const MOST_NODES = 4;

describe.skipIf(!process.env.SWAPLAB_ELECTRON)('a dozen rounds through all screens', () => {
  let session: LongSession;
  beforeAll(async () => {
    session = await LongSession.start(1);
  });
  afterAll(() => session?.shell.dispose());

  it('leave no chart, result or listener behind', async () => {
    for (let i = 0; i < WARM_UP; i++) await session.round();
    const before = await session.memory();
    for (let i = 0; i < ROUNDS; i++) await session.round();
    const after = await session.memory();
    const grown = (what: keyof typeof after) => (after[what] - before[what]) / ROUNDS;
    console.log(
      `A round leaves ${(grown('window') * 1024).toFixed(0)} KiB in the window, ${(grown('main') * 1024).toFixed(0)} in the main process.`,
    );
    expect(grown('window')).toBeLessThan(MOST_HEAP);
    expect(grown('main')).toBeLessThan(MOST_HEAP);
    expect(grown('nodes')).toBeLessThan(MOST_NODES);
    expect(after.listeners).toBe(before.listeners);
  }, 240_000);
});
