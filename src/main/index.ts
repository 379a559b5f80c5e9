// The Electron main process: opens the lab, shows its page in a window, closes the lab before it quits.
import { app, dialog, nativeTheme, session, type BrowserWindow } from 'electron';
import { dirname } from 'node:path';
import { Closing } from './closing.ts';
import { connectWindow } from './ipc.ts';
import { createLab } from './lab/index.ts';
import { defaultDataDir } from './lab/paths.ts';
import { setMenu } from './menu.ts';
import { parseOptions } from './options.ts';
import { registerScheme, servePage } from './protocol.ts';
import { guardSession, guardWebContents } from './security.ts';
import { createWindow } from './windows.ts';

/** The lab gets this long to close before the app leaves without it, ms. */
const CLOSING_TIME = 5000;

function start(): void {
  const options = parseOptions(process.argv.slice(1), process.cwd());
  nativeTheme.themeSource = 'system';
  guardSession(session.defaultSession);
  servePage(session.defaultSession);
  setMenu(options.database ? dirname(options.database) : defaultDataDir());

  const lab = createLab({ host: 'electron', databaseFile: options.database });
  const closing = new Closing(lab);
  closeBeforeQuit(
    () => lab.close(),
    () => closing.quitUnasked(),
  );

  let window: BrowserWindow | null = null;
  const open = () => {
    window = createWindow();
    window.once('closed', () => (window = null));
    closing.guard(window);
    connectWindow(window, (channel) => lab.connect(channel));
  };
  open();
  app.on('activate', () => {
    if (window) window.show();
    else open();
  });
  app.on('second-instance', () => {
    if (!window) return open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Says in a window and on standard error why the lab cannot be opened, and leaves. */
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
