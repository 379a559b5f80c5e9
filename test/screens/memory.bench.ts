// The memory of a long session in the real app: 125 runs, and 25 rounds through all screens, or as many rounds
// as SWAPLAB_ROUNDS says. Fails where the window or the main process grows by more than is stated.
import { describe, expect, it } from 'vitest';
import { LongSession, type Memory } from '../e2e/longSession.ts';

const ROUNDS = Number(process.env.SWAPLAB_ROUNDS ?? 25);
const RUNS_A_ROUND = 5;
const PRINTED_EVERY = 5;
/** JavaScript heap of either process, from the fifth round to the last, MiB. */
const BOUND = 4;

const row = (round: number, runs: number, memory: Memory) =>
  [round, runs, ...[memory.window, memory.main].map((mib) => mib.toFixed(1))]
    .concat(
      [memory.windowProcess, memory.mainProcess, memory.nodes, memory.listeners].map((x) =>
        x.toFixed(0),
      ),
    )
    .map((cell) => String(cell).padStart(9))
    .join('');

describe.skipIf(!process.env.SWAPLAB_ELECTRON)(`${ROUNDS} rounds through all screens`, () => {
  it(
    'keep to the stated bound',
    async () => {
      const session = await LongSession.start(RUNS_A_ROUND);
      const rows = [
        '    round     runs   window     main  rss win. rss main    nodes listeners, MiB',
      ];
      try {
        let early: Memory | undefined;
        let late: Memory | undefined;
        const began = performance.now();
        for (let round = 1; round <= ROUNDS; round++) {
          await session.round();
          if (round % PRINTED_EVERY !== 0 && round !== ROUNDS) continue;
          late = await session.memory();
          early ??= late;
          rows.push(row(round, session.runs, late));
        }
        rows.push(`${Math.round((performance.now() - began) / 1000)} s`);
        expect(late!.window - early!.window).toBeLessThan(BOUND);
        expect(late!.main - early!.main).toBeLessThan(BOUND);
      } finally {
        console.log(rows.join('\n'));
        await session.shell.dispose();
      }
    },
    60_000 * ROUNDS,
  );
});
