// Starts the built app in the real Electron and drives its window.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { answeredDialogs } from './dialogs.ts';
import { root, type Host, type StartHost } from './host.ts';

/** As root on Linux, Electron refuses to start unless Chromium's sandbox is off. */
const noSandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Each step of the start has this long, ms: it takes a second, and a hang should say where. */
const STARTING_TIME = 20_000;

/** The application behind a host, for tests that look into the main process. */
export const applications = new WeakMap<Host, ElectronApplication>();

/**
 * Holds the app's `ready` back until the driver has attached. Playwright loads it by itself only where it
 * finds Electron by itself; without it a driver that attaches while the window's first page commits waits
 * for that commit for ever, about once in twenty launches.
 */
const loader = join(
  root,
  'node_modules',
  'playwright-core',
  'lib',
  'server',
  'electron',
  'loader.js',
);

async function launch(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<ElectronApplication> {
  const hooks = env.SWAPLAB_ANSWERS ? ['-r', answeredDialogs] : [];
  return _electron.launch({
    executablePath: process.env.SWAPLAB_ELECTRON,
    args: [
      '-r',
      loader,
      ...hooks,
      ...noSandbox,
      `--user-data-dir=${join(dataDir, 'electron')}`,
      root,
    ],
    env: { ...process.env, SWAPLAB_DATA: dataDir, ...env } as Record<string, string>,
    cwd: root,
    timeout: STARTING_TIME,
    // Playwright would pretend a light system; the app is to follow the real one, nativeTheme.
    colorScheme: null,
  });
}

export const startElectron: StartHost = async (dataDir, watch, env) => {
  const app = await launch(dataDir, env);
  const page = await app.firstWindow({ timeout: STARTING_TIME });
  watch(page);
  await page.waitForLoadState('load', { timeout: STARTING_TIME });

  const host: Host = {
    page,
    async quit() {
      // Nobody is there to answer whether runs are to go on.
      await app.evaluate(({ dialog }) => {
        dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
      });
      await app.close();
    },
    async kill() {
      const gone = new Promise((resolve) => app.process().once('exit', resolve));
      app.process().kill('SIGKILL');
      await gone;
    },
    async setSize(width, height) {
      await app.evaluate(
        ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0].setContentSize(w, h),
        [width, height] as const,
      );
      await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [
        width,
        height,
      ] as const);
    },
    async setTheme(theme) {
      await app.evaluate(({ nativeTheme }, source) => {
        nativeTheme.themeSource = source;
      }, theme);
      await page.waitForFunction(
        (name) => matchMedia(`(prefers-color-scheme: ${name})`).matches,
        theme,
      );
    },
    async download(start) {
      const saved = app.evaluate(
        ({ session }, folder) =>
          new Promise<{ name: string; path: string }>((resolve, reject) => {
            session.defaultSession.once('will-download', (event, item) => {
              if (event.defaultPrevented) return reject(new Error(`refused: ${item.getURL()}`));
              const path = `${folder}/${item.getFilename()}`;
              item.setSavePath(path);
              item.once('done', (_event, state) =>
                state === 'completed'
                  ? resolve({ name: item.getFilename(), path })
                  : reject(new Error(`the download ${state}`)),
              );
            });
          }),
        dataDir,
      );
      await Promise.all([saved, start()]);
      const { name, path } = await saved;
      return { name, text: readFileSync(path, 'utf8') };
    },
  };
  applications.set(host, app);
  return host;
};
