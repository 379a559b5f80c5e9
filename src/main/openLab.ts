// Opens the lab for this app.
import type { Connect } from './ipc.ts';

export interface OpenLab {
  connect: Connect;
  /** Marks the runs that go on as interrupted and closes the database. */
  close(): Promise<void>;
}

/** @param databasePath absolute path of the database */
export function openLab(databasePath: string): OpenLab {
  throw new Error(`There is no lab yet that could open ${databasePath}.`);
}
