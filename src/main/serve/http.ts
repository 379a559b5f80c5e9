/** Answers page requests: the built page for who has a session, a plain refusal for everyone else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readPageFile } from '../page/files.ts';
import { pageHeaders } from '../page/headers.ts';
import type { Access } from './access.ts';
import { Bucket } from './rate.ts';

/** A page is some 20 files; a person who reloads as fast as they can stays below this. */
const SESSION_RATE = { burst: 400, perSecond: 100 };
/** All who have no session together. Whoever brings the token is let in whatever the others do. */
const STRANGERS_RATE = { burst: 60, perSecond: 10 };

export interface Rates {
  session: Bucket;
  strangers: Bucket;
}

export const rates = (): Rates => ({
  session: new Bucket(SESSION_RATE.burst, SESSION_RATE.perSecond),
  strangers: new Bucket(STRANGERS_RATE.burst, STRANGERS_RATE.perSecond),
});

type Headers = Record<string, string>;

function answer(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Headers = {},
): void {
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  const text = { 'Content-Type': 'text/plain; charset=utf-8' };
  // Whatever else is on its way with a request that is refused is not waited for.
  const close: Headers = status >= 400 ? { Connection: 'close' } : {};
  response.writeHead(status, { ...pageHeaders, ...text, ...length, ...close, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

const USED =
  'This address has been used already, and it works only once. Start the server again for a new one.\n';
const NO_SESSION =
  'Open the address that the server printed when it started: it lets this browser in.\n';

export async function answerPage(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  rates: Rates,
  pageFolder?: string,
): Promise<void> {
  if (!access.isOurHost(request)) {
    return answer(response, 421, 'This server answers only at 127.0.0.1 and localhost.\n');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(response, 405, 'Only GET is answered here.\n', { Allow: 'GET, HEAD' });
  }
  if (hasBody(request)) return answer(response, 413, 'A request here has no body.\n');
  if (!access.isOurRequest(request)) {
    return answer(response, 403, 'Another page may not load anything from here.\n');
  }
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (!url) return answer(response, 400, 'This is no address.\n');

  const token = url.searchParams.get('token');
  const toPage = { Location: '/', 'Cache-Control': 'no-store' };
  if (access.hasSession(request)) {
    if (isTooMany(response, rates.session)) return;
    // Opened again from the terminal: get the token out of the address bar.
    if (token !== null) return answer(response, 303, '', toPage);
  } else {
    const isTry = token !== null && request.method === 'GET';
    const cookie = isTry ? access.redeem(token) : undefined;
    if (cookie) return answer(response, 303, '', { ...toPage, 'Set-Cookie': cookie });
    if (isTooMany(response, rates.strangers)) return;
    return isTry ? answer(response, 403, USED) : answer(response, 401, NO_SESSION);
  }

  const file = await readPageFile(url.pathname, pageFolder);
  if (!file) return answer(response, 404, 'There is no such page.\n');
  answer(response, 200, file.body, { 'Content-Type': file.mediaType });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Refuses what comes faster than the bucket refills. */
function isTooMany(response: ServerResponse, bucket: Bucket): boolean {
  const waitMs = bucket.take();
  if (waitMs === 0) return false;
  const wait = { 'Retry-After': String(Math.ceil(waitMs / 1000)) };
  answer(response, 429, 'Too many requests; try again in a moment.\n', wait);
  return true;
}
