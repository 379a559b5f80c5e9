// The two shells that the lab runs in, behind one interface, so that a journey is written once against a
// Playwright page: the real Electron, and a real Chromium that talks to the server.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startElectron } from './electron.ts';
import { root, type Host, type StartHost } from './host.ts';
import { startPackaged } from './packaged.ts';
import { startServe } from './serve.ts';

export type ShellName = 'electron' | 'chromium' | 'packaged';

export class Shell {
  /** Errors that the page reported: exceptions, console errors, refusals of the content policy. */
  readonly problems: string[] = [];
  readonly dataDir = mkdtempSync(join(tmpdir(), 'swap-lab-e2e-'));
  #host: Host | null = null;

  constructor(
    readonly name: ShellName,
    private readonly startHost: StartHost,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  get host(): Host {
    if (!this.#host) throw new Error(`${this.name} is not running`);
    return this.#host;
  }

  /** The page of the shell as it runs now: another one after a restart. */
  get page(): Page {
    return this.host.page;
  }

  async start(): Promise<void> {
    this.#host = await this.startHost(
      this.dataDir,
      (page) => {
        page.setDefaultTimeout(15_000);
        page.on('pageerror', (error) => this.problems.push(String(error)));
        page.on('console', (message) => {
          if (message.type() === 'error') this.problems.push(message.text());
        });
      },
      this.env,
    );
  }

  async quit(): Promise<void> {
    await this.host.quit();
    this.#host = null;
  }

  async kill(): Promise<void> {
    await this.host.kill();
    this.#host = null;
  }

  /** Leaves and starts again on the same data, the way a user comes back the next day. */
  async restart(): Promise<void> {
    await this.quit();
    await this.start();
  }

  /** Keeps what is to be seen as test-results/screenshots/NAME-SHELL.png. */
  async screenshot(name: string): Promise<string> {
    const folder = join(root, 'test-results', 'screenshots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}-${this.name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async dispose(): Promise<void> {
    if (this.#host) await this.quit();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface LaunchOptions {
  /** Begin with the run that a first start makes; most tests have runs of their own. */
  firstRun?: boolean;
  /** Fills the data folder before the start. */
  prepare?: (dataDir: string) => void;
  /** Added to the environment, such as the answers to native dialogs. */
  env?: (dataDir: string) => NodeJS.ProcessEnv;
}

async function launch(
  name: ShellName,
  startHost: StartHost,
  { firstRun = false, prepare, env }: LaunchOptions,
): Promise<Shell> {
  const shell = new Shell(name, startHost, firstRun ? {} : { SWAPLAB_NO_FIRST_RUN: '1' });
  if (env) Object.assign(shell.env, env(shell.dataDir));
  try {
    prepare?.(shell.dataDir);
    await shell.start();
  } catch (error) {
    await shell.dispose();
    throw error;
  }
  return shell;
}

/** Starts the desktop app with a data folder of its own; `dispose` it afterwards. */
export const launchElectron = (options: LaunchOptions = {}) =>
  launch('electron', startElectron, options);

/** Starts the server with a data folder of its own and a Chromium that opens its address. */
export const launchServe = (options: LaunchOptions = {}) => launch('chromium', startServe, options);

/** Starts the packaged app with a data folder of its own. */
export const launchPackaged = () => launch('packaged', startPackaged, {});

/** The shells that `npm test` or `npm run e2e` found on this machine. */
export const shells: { name: ShellName; launch: (options?: LaunchOptions) => Promise<Shell> }[] = [
  ...(process.env.SWAPLAB_ELECTRON ? [{ name: 'electron' as const, launch: launchElectron }] : []),
  ...(process.env.SWAPLAB_CHROMIUM ? [{ name: 'chromium' as const, launch: launchServe }] : []),
  ...(process.env.SWAPLAB_PACKAGED ? [{ name: 'packaged' as const, launch: launchPackaged }] : []),
];
if (shells.length === 0) throw new Error('Start the end-to-end tests with `npm run e2e`.');
