/** Notices what other processes write to the database, such as the command line beside the app. */
import type { Database } from 'better-sqlite3';

const LOOK_EVERY = 1000;

/** Changes are looked up a little further back, so that none is lost between two looks, ms. */
const MARGIN = 500;

/**
 * @param onChange gets the time since which something may have changed, ms since 1970
 * @returns the function that ends it
 */
export function watchOthers(database: Database, onChange: (since: number) => void): () => void {
  // SQLite counts the commits of every connection but this one; asking costs no disk access.
  const version = () => database.pragma('data_version', { simple: true });
  let seen = version();
  let lookedAt = Date.now();
  const look = () => {
    const now = Date.now();
    try {
      const current = version();
      if (current !== seen) onChange(lookedAt - MARGIN);
      seen = current;
      lookedAt = now;
    } catch {
      // Busy or broken: whoever needs the database is told; the next look may go well.
    }
  };
  const timer = setInterval(look, LOOK_EVERY).unref();
  return () => clearInterval(timer);
}
