// A long session in the real app, cut into rounds: run, result, library, comparison, studies, Build with
// previews; and the memory of window and main process after a collection.
import type { CDPSession } from 'playwright-core';
import { addRuns } from '../lab/support/libraries.ts';
import { applications } from './electron.ts';
import { launchElectron, type Shell } from './shells.ts';

const COMPARED = 12;
const PAGES = 4096;
/** About five hundred samples of 66 columns: a quarter of a MiB that each run would leave behind. */
const SAMPLED = { accesses: 15_000, sampleEvery: '10us' };

export interface Memory {
  /** JavaScript heap of the window and of the main process, and all memory of the two, MiB. */
  window: number;
  main: number;
  windowProcess: number;
  mainProcess: number;
  /** In the window: nodes of the document, detached ones too, and listeners. */
  nodes: number;
  listeners: number;
}

const MIB = 2 ** 20;

export class LongSession {
  #rounds = 0;

  private constructor(
    readonly shell: Shell,
    private readonly devtools: CDPSession,
    private readonly runsARound: number,
  ) {}

  /** Starts the app on a library of twelve runs, with the scenario of the first in Build. */
  static async start(runsARound: number): Promise<LongSession> {
    const seeds = Array.from({ length: COMPARED }, (_, i) => i + 1);
    const shell = await launchElectron({
      prepare: (dataDir) => addRuns(`${dataDir}/swap-lab.db`, seeds, SAMPLED),
    });
    const { page } = shell;
    await page.getByText(/engine \d/).waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const session = new LongSession(shell, devtools, runsARound);
    await session.#go('#/library/1');
    await page.getByRole('button', { name: 'Open in Build' }).click();
    await page.getByText(/as in run 1/).waitFor();
    return session;
  }

  get runs(): number {
    return this.runsARound * this.#rounds;
  }

  /** Everything once: runs from start to result, then the twelve newest are compared. */
  async round(): Promise<void> {
    const { page } = this.shell;
    const main = page.getByRole('main');
    this.#rounds++;
    const newest = COMPARED + this.runs;

    await this.#go('#/build');
    await page.getByRole('button', { name: 'app', exact: true }).first().click();
    await page.getByLabel('Pages', { exact: true }).fill(String(PAGES + this.#rounds));
    await main
      .getByText(/ pages? touched|touches/)
      .first()
      .waitFor();
    for (let id = newest - this.runsARound + 1; id <= newest; id++) {
      await this.#go('#/build');
      await page.getByLabel('Pages', { exact: true }).waitFor();
      await page.keyboard.press('Control+Enter');
      await page.waitForFunction((hash) => location.hash === hash, `#/run/${id}`);
    }
    await main.getByRole('region', { name: 'Headline figures' }).waitFor({ timeout: 60_000 });
    await this.#drawn();

    await this.#go('#/library');
    await main.getByText(`${newest} runs`).waitFor();
    await page.getByLabel('Search runs').fill('Seed 10');
    await main.getByRole('button', { name: 'Seed 10', exact: true }).waitFor();
    await page.getByLabel('Search runs').fill('');
    await main.getByText(`${newest} runs`).waitFor();

    const ids = Array.from({ length: COMPARED }, (_, i) => newest - i);
    await this.#go(`#/compare/${ids.join()}?baseline=${newest}`);
    await page.getByRole('table', { name: /What came of it/ }).waitFor();
    await this.#drawn();

    await this.#go('#/studies');
    await page.getByRole('heading', { level: 1, name: 'Studies' }).waitFor();
  }

  /** After a collection; twice, because what the first one finalizes is freed by the second. */
  async memory(): Promise<Memory> {
    for (let i = 0; i < 2; i++) await this.devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.devtools.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((each) => each.name === name)!.value;
    const own = await applications.get(this.shell.host)!.evaluate(({ app, BrowserWindow }) => {
      const { setFlagsFromString } = process.getBuiltinModule('node:v8');
      setFlagsFromString('--expose-gc');
      (process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void)();
      const window = BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId();
      const kib = app.getAppMetrics().find(({ pid }) => pid === window)!.memory.workingSetSize;
      return { ...process.memoryUsage(), window: kib * 1024 };
    });
    return {
      window: metric('JSHeapUsedSize') / MIB,
      main: own.heapUsed / MIB,
      windowProcess: own.window / MIB,
      mainProcess: own.rss / MIB,
      nodes: metric('Nodes'),
      listeners: metric('JSEventListeners'),
    };
  }

  async #go(hash: string): Promise<void> {
    await this.shell.page.evaluate((to) => void (location.hash = to), hash);
  }

  /** Two frames, the second of which begins after the first was drawn. */
  async #drawn(): Promise<void> {
    await this.shell.page.locator('main canvas').first().waitFor();
    await this.shell.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }
}
