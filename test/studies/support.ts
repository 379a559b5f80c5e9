// Runs a study in this process and holds every claim to what the study records of it.
import { expect, it } from 'vitest';
import { run } from '../../src/engine/run.ts';
import { evaluate } from '../../src/studies/evaluate.ts';
import type { Results, Study } from '../../src/studies/study.ts';
import { scenarioOf } from '../support/engine/simulate.ts';

export function itHoldsAsRecorded(study: Study): void {
  it(`${study.name}: every claim comes out as recorded`, { timeout: 180_000 }, () => {
    const results: Results = Object.fromEntries(
      Object.entries(study.scenarios).map(([name, scenario]) => [
        name,
        run({ scenario: scenarioOf(scenario), traces: new Map() }),
      ]),
    );
    const { rows, claims } = evaluate(study, results);
    const keys = study.columns.map(({ key }) => key).sort();
    for (const row of rows) expect(Object.keys(row).sort()).toEqual(keys);
    const outcomes = claims.map(({ statement, found, finding }) => ({ statement, found, finding }));
    expect(outcomes).toEqual(
      claims.map(({ statement, recorded, finding }) => ({ statement, found: recorded, finding })),
    );
  });
}
