/** Answers page requests: the built page for who has a session, a plain refusal for everyone else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readPageFile } from '../page/files.ts';
import { pageHeaders } from '../page/headers.ts';
import type { Access } from './access.ts';

type Headers = Record<string, string>;

function answer(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Headers = {},
): void {
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  const text = { 'Content-Type': 'text/plain; charset=utf-8' };
  response.writeHead(status, { ...pageHeaders, ...text, ...length, ...headers });
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
  pageFolder?: string,
): Promise<void> {
  if (!access.isOurHost(request)) {
    return answer(response, 421, 'This server answers only at 127.0.0.1 and localhost.\n');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(response, 405, 'Only GET is answered here.\n', { Allow: 'GET, HEAD' });
  }
  const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
  if (!url) return answer(response, 400, 'This is no address.\n');

  const token = url.searchParams.get('token');
  const toPage = { Location: '/', 'Cache-Control': 'no-store' };
  if (access.hasSession(request)) {
    // Opened again from the terminal: get the token out of the address bar.
    if (token !== null) return answer(response, 303, '', toPage);
  } else if (token !== null && request.method === 'GET') {
    const cookie = access.redeem(token);
    if (cookie === undefined) return answer(response, 403, USED);
    return answer(response, 303, '', { ...toPage, 'Set-Cookie': cookie });
  } else return answer(response, 401, NO_SESSION);

  const file = await readPageFile(url.pathname, pageFolder);
  if (!file) return answer(response, 404, 'There is no such page.\n');
  answer(response, 200, file.body, { 'Content-Type': file.mediaType });
}
