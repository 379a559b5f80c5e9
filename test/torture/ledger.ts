// What a lab said that it had done, to be held against what is there after it was killed.

export class Ledger {
  /** Digest of every run that was reported done, imported ones included, by id. */
  readonly done = new Map<number, string>();
  /** Runs that a client was told had begun. */
  readonly started = new Set<number>();
  /** Whether a run is deleted, where the last change to it was acknowledged. */
  readonly deleted = new Map<number, boolean>();
  /** Runs of one delete or restore that was sent and not answered: all of them changed, or none. */
  pending: { ids: number[]; deleted: boolean } | undefined;
  /** Newest version of each saved scenario. */
  readonly scenarios = new Map<string, number>();
}
