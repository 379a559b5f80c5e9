/** What a lab does when it opens a database: purges what was deleted long ago, takes over what dead labs left. */
import { asLabError } from './database/failures.ts';
import { isAlive, sweepOwners } from './database/owner.ts';
import type { RunStore } from './runStore.ts';

/** Deleted runs and saved scenarios can be had back for this long, ms. */
const KEPT_AFTER_DELETION = 30 * 24 * 3600 * 1000;

/**
 * A database with a damaged page is opened all the same: what can be read of it is there to be looked at.
 * @returns what a person should know
 */
export function tidyUp(
  databaseFile: string,
  saved: RunStore,
  stores: readonly { purge(deletedBefore: number): void }[],
): string[] {
  sweepOwners(databaseFile);
  const purgeBefore = Date.now() - KEPT_AFTER_DELETION;
  const damage = new Set<string>();
  const unlessDamaged = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error as { code?: string }).code?.startsWith('SQLITE_CORRUPT')) throw error;
      damage.add(asLabError(error, databaseFile).message);
    }
  };
  let interrupted: string[] = [];
  for (const store of stores) unlessDamaged(() => store.purge(purgeBefore));
  unlessDamaged(() => (interrupted = interruptedNotices(saved, databaseFile)));
  return [...damage, ...interrupted];
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
