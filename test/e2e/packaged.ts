// Starts the packaged app, as it would be handed out, as a user who is not root and with its sandbox on.
// Its fuses keep Node's inspector out, so Playwright comes in by Chromium's own debugging port, which the
// package has like every Chromium; it reaches the page alone, never the main process.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { StartHost } from './host.ts';

const ENDPOINT = /^DevTools listening on (ws:\S+)$/m;
const STARTING_TIME = 20_000;

/** The user that the app runs as when the tests run as root: Debian's and everybody's "nobody". */
const NOBODY = 65534;
export const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Makes a folder the home of that user, with the right to use the display. */
export function makeHome(folder: string): NodeJS.ProcessEnv {
  const own = (path: string) => {
    if (user.uid !== undefined) chownSync(path, user.uid, user.gid);
  };
  mkdirSync(folder, { recursive: true });
  own(folder);
  const { DISPLAY, PATH, XAUTHORITY } = process.env;
  const authority = join(folder, '.Xauthority');
  if (XAUTHORITY && existsSync(XAUTHORITY)) {
    copyFileSync(XAUTHORITY, authority);
    chmodSync(authority, 0o600);
    own(authority);
  }
  // These tests have runs of their own.
  return {
    DISPLAY,
    PATH,
    HOME: folder,
    XAUTHORITY: authority,
    LANG: 'C.UTF-8',
    SWAPLAB_NO_FIRST_RUN: '1',
  };
}

export interface StartedApp {
  child: ChildProcess;
  page: Page;
  /** Milliseconds from the start of the process until the first screen stands. */
  coldStartMs: number;
  /** What it has written to standard error so far. */
  errors(): string;
  /** Ends it the way a system does, and fails when Chromium's log tells of any use of the network. */
  quit(): Promise<number | null>;
}

/** @param args what a file manager or a shell would put behind the program's name */
export async function startApp(
  binary: string,
  env: NodeJS.ProcessEnv,
  args: string[] = [],
): Promise<StartedApp> {
  const began = performance.now();
  const netLog = join(env.HOME!, `net-${Math.round(began)}.json`);
  const child = spawn(binary, ['--remote-debugging-port=0', `--log-net-log=${netLog}`, ...args], {
    ...user,
    env,
    cwd: env.HOME,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
  try {
    const page = await openPage(child, () => ENDPOINT.exec(errors)?.[1]);
    await page.getByRole('heading', { level: 1 }).waitFor({ timeout: STARTING_TIME });
    const coldStartMs = performance.now() - began;
    return {
      child,
      page,
      coldStartMs,
      errors: () => errors,
      async quit() {
        const code = await quit(child);
        expect(networkUse(netLog)).toEqual([]);
        return code;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${(error as Error).message}\nThe app wrote:\n${errors}`, { cause: error });
  }
}

/**
 * Waits until the page has its title before it connects: a driver that comes while the window is being made
 * sometimes never hears of it.
 */
async function openPage(child: ChildProcess, endpoint: () => string | undefined): Promise<Page> {
  const deadline = performance.now() + STARTING_TIME;
  while (!(await hasPage(endpoint()))) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
    if (performance.now() > deadline) throw new Error('Its page cannot be reached.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const browser = await chromium.connectOverCDP(endpoint()!, { timeout: STARTING_TIME });
  const [page] = browser.contexts()[0].pages();
  return page;
}

async function hasPage(endpoint: string | undefined): Promise<boolean> {
  if (endpoint === undefined) return false;
  const list = await fetch(`http://${new URL(endpoint).host}/json/list`);
  const targets = (await list.json()) as { type: string; title: string }[];
  return targets.some(({ type, title }) => type === 'page' && title === 'Swap Lab');
}

async function quit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  return ((await ended) as [number | null])[0];
}

/** What Chromium logs of requests, names looked up, and connections. */
const NETWORK_SOURCES = [
  'URL_REQUEST',
  'HTTP_STREAM_JOB',
  'HOST_RESOLVER_IMPL_JOB',
  'TRANSPORT_CONNECT_JOB',
  'SOCKET',
  'UDP_SOCKET',
  'QUIC_SESSION',
  'DNS_TRANSACTION',
];

interface NetLog {
  constants: { logSourceType: Record<string, number>; logEventTypes: Record<string, number> };
  events: { type: number; source: { type: number }; params?: unknown }[];
}

/** The sources of network use in a log of Chromium's, which is complete once the app has ended. */
function networkUse(file: string): string[] {
  const { constants, events } = JSON.parse(readFileSync(file, 'utf8')) as NetLog;
  const names = new Map(Object.entries(constants.logSourceType).map(([name, id]) => [id, name]));
  // A name that this Chromium does not know would never be found.
  for (const source of NETWORK_SOURCES)
    expect(Object.keys(constants.logSourceType)).toContain(source);
  expect(events.length).toBeGreaterThan(0);
  return events
    .map(({ source, params }) => `${names.get(source.type)} ${JSON.stringify(params ?? {})}`)
    .filter((line) => NETWORK_SOURCES.includes(line.split(' ', 1)[0]!));
}

export const startPackaged: StartHost = async (dataDir, watch) => {
  const env = { ...makeHome(dataDir), SWAPLAB_DATA: dataDir };
  const app = await startApp(process.env.SWAPLAB_PACKAGED!, env);
  const { page, child } = app;
  watch(page);
  return {
    page,
    quit: async () => void (await app.quit()),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    setSize: (width, height) => page.setViewportSize({ width, height }),
    setTheme: (theme) => page.emulateMedia({ colorScheme: theme }),
    async download(start) {
      const folder = join(dataDir, 'downloads');
      makeHome(folder);
      // In the place of the system's dialog; Playwright's own folder is closed to that user.
      const session = await page.context().browser()!.newBrowserCDPSession();
      await session.send('Browser.setDownloadBehavior', {
        behavior: 'allow',
        downloadPath: folder,
      });
      const [download] = await Promise.all([page.waitForEvent('download'), start()]);
      const name = download.suggestedFilename();
      const file = join(folder, name);
      await expect.poll(() => existsSync(file), { timeout: STARTING_TIME }).toBe(true);
      return { name, text: readFileSync(file, 'utf8') };
    },
  };
};
