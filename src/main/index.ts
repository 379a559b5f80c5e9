// The Electron main process: opens the lab, shows its page in a window, closes the lab before it quits.
import { app, dialog, nativeTheme, session, type BrowserWindow, type Event } from 'electron';
import { dirname } from 'node:path';
import { Closing } from './closing.ts';
import { connectWindow } from './ipc.ts';
import { messageOf } from './lab/errors.ts';
import { setMenu } from './menu.ts';
import { openLab } from './opening.ts';
import { filesOf, parseOptions } from './options.ts';
import { registerScheme, servePage } from './protocol.ts';
import { guardSession, guardWebContents } from './security.ts';
import { createWindow } from './windows.ts';

/** The lab gets this long to close before the app leaves without it, ms. */
const CLOSING_TIME = 5000;

/** macOS tells of a double click by an event, which may come before the app is ready. */
const early: string[] = [];
function keepEarly(event: Event, path: string): void {
  event.preventDefault();
  early.push(path);
}

async function start(): Promise<void> {
  const args = process.argv.slice(1);
  const options = parseOptions(args, process.cwd());
  nativeTheme.themeSource = 'system';
  guardSession(session.defaultSession);
  servePage(session.defaultSession);

  const lab = await openLab(options.database);
  if (!lab) return app.exit(1);
  const closing = new Closing(lab);
  closeBeforeQuit(
    () => lab.close(),
    () => closing.quitUnasked(),
  );
  const openFile = (path: string) => {
    app.addRecentDocument(path);
    void lab.openFile(path);
  };
  // The last one stays in front.
  [...filesOf(args, process.cwd()), ...early].forEach(openFile);
  app.off('open-file', keepEarly).on('open-file', (event, path) => {
    event.preventDefault();
    show();
    openFile(path);
  });
  setMenu({
    dataFolder: dirname((await lab.info()).databasePath),
    openFile,
  });

  let window: BrowserWindow | null = null;
  const open = () => {
    window = createWindow();
    window.once('closed', () => (window = null));
    closing.guard(window);
    connectWindow(window, (channel) => lab.connect(channel));
  };
  const show = () => {
    if (!window) return open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };
  open();
  app.on('activate', show);
  app.on('second-instance', (_event, args, cwd) => {
    show();
    filesOf(args.slice(1), cwd).forEach(openFile);
  });
}

/** However the app is told to quit, and however often, the lab is closed first, once. */
function closeBeforeQuit(close: () => Promise<void>, quit: () => void): void {
  let closing = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, CLOSING_TIME));
    void Promise.race([close(), timeout])
      .catch((error: unknown) => console.error(`Closing the lab failed: ${messageOf(error)}`))
      .finally(() => app.exit());
  });
  // Electron's own handler takes a second signal for an order to die at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
}

/** Says in a window and on standard error why the app cannot go on, and leaves. */
async function giveUp(error: unknown): Promise<void> {
  const message = messageOf(error);
  console.error(`Swap Lab cannot start: ${message}`);
  await dialog.showMessageBox({
    type: 'error',
    title: 'Swap Lab',
    message: 'Swap Lab cannot start',
    detail: message,
  });
  app.exit(1);
}

registerScheme();
app.on('open-file', keepEarly);
// Every process of Chromium's, not only the window's own, unless the whole sandbox was turned off (root).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
guardWebContents(app);
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch(giveUp);
} else {
  console.error('Swap Lab is already open; its window comes to the front.');
  app.quit();
}
