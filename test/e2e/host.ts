// What the two shells have to offer, each in its own way.
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';

export const root = resolve(import.meta.dirname, '..', '..');

export type Theme = 'light' | 'dark';

export interface Download {
  name: string;
  text: string;
}

/** One started shell. */
export interface Host {
  page: Page;
  /** Leaves the way a user leaves; resolves when the process has ended. */
  quit(): Promise<void>;
  /** SIGKILL to the process that owns the lab. */
  kill(): Promise<void>;
  setSize(width: number, height: number): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  /** Does what starts a download and returns the file. */
  download(start: () => Promise<unknown>): Promise<Download>;
}

/**
 * Starts a shell on a data folder.
 * @param watch is given the page as early as the shell allows, to listen to it
 * @param env added to the environment
 */
export type StartHost = (
  dataDir: string,
  watch: (page: Page) => void,
  env?: NodeJS.ProcessEnv,
) => Promise<Host>;
