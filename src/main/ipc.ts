// Carries the lab's messages between a window's page and the lab: one channel, JSON text both ways.
import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import type { Channel } from './lab/index.ts';
import { isPage } from './protocol.ts';

export const CHANNEL = 'swaplab';

/** Attaches one client to the lab; returns the function that detaches it. */
export type Connect = (channel: Channel) => () => void;

/** Only the page itself may speak: the window's main frame, at the app's own origin. */
function isFromPage(event: IpcMainEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame;
  return (
    event.sender === window.webContents &&
    frame !== null &&
    frame === window.webContents.mainFrame &&
    isPage(frame.url)
  );
}

/** Connects the pages that a window shows, one after the other, to the lab. */
export function connectWindow(window: BrowserWindow, connect: Connect): void {
  const { webContents } = window;
  let listeners = new Set<(text: string) => void>();
  let disconnect: (() => void) | null = null;

  const open = () => {
    const own = new Set<(text: string) => void>();
    listeners = own;
    disconnect = connect({
      post: (text) => {
        if (own === listeners && !webContents.isDestroyed()) webContents.send(CHANNEL, text);
      },
      onMessage: (callback) => {
        own.add(callback);
        return () => own.delete(callback);
      },
    });
  };
  const close = () => {
    listeners = new Set();
    disconnect?.();
    disconnect = null;
  };
  const receive = (event: IpcMainEvent, text: unknown) => {
    if (!isFromPage(event, window) || typeof text !== 'string') return;
    if (!disconnect) open();
    for (const listener of listeners) listener(text);
  };

  ipcMain.on(CHANNEL, receive);
  // A reloaded page is a new client: it knows nothing of what the old one asked for.
  webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) close();
  });
  webContents.on('render-process-gone', close);
  webContents.once('destroyed', () => {
    ipcMain.off(CHANNEL, receive);
    close();
  });
}
