/** From the results of a study's runs to its table and its verdict. The same results give the same outcome. */
import { sha256 } from '../engine/metrics/digest.ts';
import type { Answer, Results, Row, Study } from './study.ts';

export interface ClaimOutcome {
  statement: string;
  recorded: Answer;
  found: Answer;
  /** The figures that decide it, in a sentence. */
  finding: string;
  /** Why the model refutes it, where that is what is recorded. */
  reason: string | null;
}

export interface StudyOutcome {
  /** False when a claim came out otherwise than the study records. */
  asRecorded: boolean;
  rows: Row[];
  claims: ClaimOutcome[];
  /** SHA-256 over the names of the scenarios and the digests of their runs, hexadecimal. */
  digest: string;
}

export function evaluate(study: Study, results: Results): StudyOutcome {
  const names = Object.keys(study.scenarios);
  const missing = names.filter((name) => results[name] === undefined);
  if (missing.length > 0) throw new Error(`Study ${study.name} lacks ${missing.join(', ')}`);
  const rows = study.rows(results);
  const claims = study.claims.map((claim): ClaimOutcome => {
    const { holds, says } = claim.check(rows);
    return {
      statement: claim.statement,
      recorded: claim.recorded,
      found: holds ? 'holds' : 'refuted',
      finding: says,
      reason: claim.recorded === 'refuted' ? claim.reason : null,
    };
  });
  return {
    asRecorded: claims.every(({ recorded, found }) => recorded === found),
    rows,
    claims,
    digest: sha256(names.map((name) => `${name} ${results[name]?.digest}\n`).join('')),
  };
}
