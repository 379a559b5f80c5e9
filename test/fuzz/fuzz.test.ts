// A minute of fuzzing with the corpus of earlier campaigns; `npm run fuzz` is the long form.
import { beforeAll, describe, expect, it } from 'vitest';
import { buildTargets, fuzz, saveFinding, type Built } from './fuzz.ts';
import { NAMES } from './targets/names.ts';

/** Wall time of each target, ms. */
const TIME = 4000;

let built: Built;
beforeAll(async () => {
  built = await buildTargets();
}, 60_000);

describe('whatever is put in is worked with or refused in words', () => {
  it.each(NAMES)('%s', { timeout: 60_000 }, async (target) => {
    const { runs, findings } = await fuzz(built, { target, seed: 1, runs: 1e9, time: TIME });
    expect(findings.map((each) => `${each.message}: ${saveFinding(target, each)}`)).toEqual([]);
    expect(runs).toBeGreaterThan(50);
  });
});
