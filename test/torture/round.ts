// One round of a campaign: something is killed, and what must hold is checked.
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import type { Verified } from './verify.ts';
import type { RunFile } from './work.ts';

export interface Context {
  /** Data folder of the lab, shared by some rounds in a row. */
  dataDir: string;
  ledger: Ledger;
  /** A run to import. */
  file: RunFile;
}

/** Throws when something does not hold. */
export type Round = (context: Context, random: Random) => Promise<Verified | void>;
