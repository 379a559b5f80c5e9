/** Remembers that the open database was found to be damaged, and says which ways out there are. */
import type { LibraryDamage } from './contract.ts';
import { isDamage, waysOutOf } from './database/waysOut.ts';
import type { LabError } from './errors.ts';

const OTHER: LibraryDamage['ways'][number] = {
  kind: 'other',
  label: 'Open another library …',
  detail: 'Leaves the damaged file as it is and goes on with another one until Swap Lab is closed.',
};

export interface DamageOptions {
  databaseFile: string;
  /** Ways that the host of the lab can take; none without a host that can open the database again. */
  canReplace: boolean;
  canChoose: boolean;
  /** Called once, when it is found. */
  found: () => void;
}

export class Damage {
  /** The failure that showed it first. */
  error: LabError | undefined;
  readonly #options: DamageOptions;

  constructor(options: DamageOptions) {
    this.#options = options;
  }

  /** Takes note of a failure that comes from a damaged page; of others it takes none. */
  note(error: LabError): void {
    if (this.error || !isDamage(error)) return;
    this.error = error;
    this.#options.found();
  }

  report(): LibraryDamage | null {
    if (!this.error) return null;
    const { databaseFile, canReplace, canChoose } = this.#options;
    const ways = canReplace ? waysOutOf(databaseFile, this.error) : [];
    return {
      message: this.error.message,
      ways: [
        ...ways.map(({ kind, label, detail }) => ({ kind, label, detail })),
        ...(canReplace && canChoose ? [OTHER] : []),
      ],
    };
  }
}
