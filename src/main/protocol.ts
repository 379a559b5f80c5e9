// The app:// scheme: serves the built page and nothing else, so that the page has an origin of its own
// (file:// pages share one with every file on the disk).
import { protocol, type Session } from 'electron';
import { readPageFile } from './page/files.ts';
import { pageHeaders } from './page/headers.ts';

const SCHEME = 'app';

export const PAGE_ORIGIN = `${SCHEME}://lab`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function servePage(session: Session): void {
  session.protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const found =
      request.method === 'GET' && isPage(request.url) ? await readPageFile(url.pathname) : null;
    if (!found) return new Response('Not found', { status: 404, headers: pageHeaders });
    return new Response(found.body, {
      headers: { ...pageHeaders, 'Content-Type': found.mediaType },
    });
  });
}

/** Whether a URL lies under the page's own origin. */
export function isPage(url: string): boolean {
  // URL.origin is "null" for a scheme that Node does not know, so the parts are compared.
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && `${parsed.protocol}//${parsed.host}` === PAGE_ORIGIN;
}
