/** What a lab does when it opens a database: purges what was deleted long ago, takes over what dead labs left. */
import { asLabError } from './database/failures.ts';
import { isAlive, sweepOwners } from './database/owner.ts';
import { isDamage } from './database/waysOut.ts';
import type { LabError } from './errors.ts';
import type { RunStore } from './runStore.ts';

/** Deleted runs and saved scenarios can be had back for this long, ms. */
const KEPT_AFTER_DELETION = 30 * 24 * 3600 * 1000;

/**
 * A database with a damaged page is opened all the same: what can be read of it is there to be looked at.
 * @param damaged is told of a damaged page
 * @returns what a person should know
 */
export function tidyUp(
  databaseFile: string,
  saved: RunStore,
  stores: readonly { purge(deletedBefore: number): void }[],
  damaged: (error: LabError) => void,
): string[] {
  sweepOwners(databaseFile);
  const purgeBefore = Date.now() - KEPT_AFTER_DELETION;
  const unlessDamaged = (work: () => void) => {
    try {
      work();
    } catch (error) {
      const known = asLabError(error, databaseFile);
      if (!isDamage(known)) throw error;
      damaged(known);
    }
  };
  let interrupted: string[] = [];
  for (const store of stores) unlessDamaged(() => store.purge(purgeBefore));
  unlessDamaged(() => (interrupted = interruptedNotices(saved, databaseFile)));
  return interrupted;
}

/** Takes over what labs that no longer run have left, and says so. */
function interruptedNotices(store: RunStore, databaseFile: string): string[] {
  const names = store
    .owners()
    .filter((token) => !isAlive(databaseFile, token))
    .flatMap((token) => store.interrupt(token, 'Swap Lab ended before the run was finished.'));
  if (names.length === 0) return [];
  const listed = names.slice(0, 5).map((name) => `"${name}"`);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  const what = names.length === 1 ? '1 run was' : `${names.length} runs were`;
  return [
    `${what} interrupted when Swap Lab last ended: ${listed.join(', ')}${more}. Start again what you still need.`,
  ];
}
