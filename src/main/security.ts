// Keeps the page in its place, as Electron's security checklist asks: no other origin, no other window,
// no permission, no network. https://www.electronjs.org/docs/latest/tutorial/security
import type { App, Session, WebContents } from 'electron';
import { PAGE_URL, isPage } from './protocol.ts';

/** The page may make files for the user (exports) and nothing may be fetched from elsewhere. */
const isOwnDownload = (url: string) => isPage(url.startsWith('blob:') ? url.slice(5) : url);

function mayLoad(url: string): boolean {
  return isOwnDownload(url) || url.startsWith('devtools://');
}

export function guardSession(session: Session): void {
  // The window's own setting does not keep the session from fetching a dictionary, past every filter here.
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerLanguages([]);
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !mayLoad(details.url) }),
  );
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL())) event.preventDefault();
  });
}

/** Applies to every web contents there will ever be, whoever makes it. */
export function guardWebContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => {
      if (!isReload(contents, event.url, event.isMainFrame)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
  });
}

/** The one navigation that the page may start is to itself. */
function isReload(contents: WebContents, url: string, isMainFrame: boolean): boolean {
  const [page] = url.split('#');
  return isMainFrame && page === PAGE_URL && contents.getURL().split('#')[0] === PAGE_URL;
}
