// Makes the app's window: sandboxed, showing the page of the app:// scheme, where it was last time.
import { BrowserWindow, app, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import icon from '../../resources/icon/icon.png?asset';
import { PAGE_URL } from './protocol.ts';
import { loadWindowState, saveWindowState } from './windowState.ts';

/** The page's background, so that no white flashes up before it is drawn. */
const BACKGROUND = { light: '#fafaf9', dark: '#141518' };

export function createWindow(): BrowserWindow {
  const stateFile = join(app.getPath('userData'), 'window.json');
  const displays = screen.getAllDisplays().map((display) => display.workArea);
  const state = loadWindowState(stateFile, displays);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...state.bounds,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Swap Lab',
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      // The spell checker would fetch its dictionaries from the network.
      spellcheck: false,
    },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    saveWindowState(stateFile, {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    });
  });
  void window.loadURL(PAGE_URL);
  return window;
}
