/** A library with damaged pages, and the ways out of it. Part of the contract of the lab (contract.ts). */

/** `restore` the newest backup, `salvage` what can be read, or go on with an`other` file. */
export type WayOutKind = 'restore' | 'salvage' | 'other';

export interface LibraryDamage {
  /** What is damaged, and the commands that answer it. */
  message: string;
  /** Best first; none where nobody has the lab open who could open it again. */
  ways: {
    kind: WayOutKind;
    /** For a button. */
    label: string;
    /** What it does, and what of the library is there afterwards. */
    detail: string;
  }[];
}
