// The server: it lets in who has the address that it printed, once, and nobody else.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { parsePort } from '../../src/main/serve/main.ts';
import { startServer, type RunningServer } from '../../src/main/serve/server.ts';
import { connectClient } from './support/client.ts';
import { temporaryFolder } from './support/lab.ts';
import { smallScenario } from './support/scenarios.ts';

const PAGE = '<!doctype html><title>Swap Lab</title>';

async function start(dataDir = temporaryFolder()): Promise<RunningServer> {
  const pageFolder = join(temporaryFolder(), 'page');
  mkdirSync(join(pageFolder, 'assets'), { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), PAGE);
  writeFileSync(join(pageFolder, 'assets', 'page.js'), 'console.log(1)');
  writeFileSync(join(pageFolder, '..', 'outside.html'), 'secret');
  const server = await startServer({ dataDir, pageFolder });
  onTestFinished(() => server.close());
  return server;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Node's own client, because fetch forbids what an attacker would send: a Host of its choice. */
function get(
  server: RunningServer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path, method, headers, agent: false };
    const call = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

const tokenPath = (server: RunningServer) => server.url.slice(server.url.indexOf('/?'));

async function enter(server: RunningServer): Promise<string> {
  const { headers } = await get(server, tokenPath(server));
  return headers['set-cookie']![0]!.split(';')[0]!;
}

/** Opens the socket, or gives the status with which it was refused. */
function openSocket(
  server: RunningServer,
  options: ClientOptions,
  path = '/rpc',
): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options);
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      socket.on('error', () => undefined);
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
  });
}

const originOf = (server: RunningServer) => `http://127.0.0.1:${server.port}`;

describe('the address that the server prints', () => {
  it('lets one browser in, once, and leaves no token in the address bar', async () => {
    const server = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);

    const first = await get(server, tokenPath(server));
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^swaplab-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
      ),
    ]);
    const cookie = first.headers['set-cookie']![0]!.split(';')[0]!;
    const token = new URL(server.url).searchParams.get('token')!;
    expect(cookie).not.toContain(token);

    const second = await get(server, tokenPath(server));
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).toContain('works only once');

    // The browser that got in may reload, or go to the printed address again.
    expect((await get(server, '/', { cookie })).body).toBe(PAGE);
    expect((await get(server, '/', { cookie })).status).toBe(200);
    const again = await get(server, tokenPath(server), { cookie });
    expect([again.status, again.headers.location]).toEqual([303, '/']);
  });

  it('is not used up by a wrong token or by a look without opening it', async () => {
    const server = await start();
    expect((await get(server, '/?token=wrong')).status).toBe(403);
    expect((await get(server, '/?token=')).status).toBe(403);
    expect((await get(server, tokenPath(server), {}, 'HEAD')).status).toBe(401);
    expect((await get(server, tokenPath(server))).status).toBe(303);
  });
});

describe('a page request', () => {
  it('without a session is refused', async () => {
    const server = await start();
    for (const cookie of ['', 'x', `swaplab-${server.port}=forged`, `swaplab-${server.port}`]) {
      for (const path of ['/', '/index.html', '/assets/page.js']) {
        const { status, body } = await get(server, path, { cookie });
        expect(status).toBe(401);
        expect(body).toContain('Open the address');
      }
    }
  });

  it('for another host is refused, session or not', async () => {
    const server = await start();
    const cookie = await enter(server);
    const hosts = ['evil.example', `evil.example:${server.port}`, '127.0.0.1', '127.0.0.1:1'];
    for (const host of hosts) {
      expect((await get(server, '/', { host, cookie })).status).toBe(421);
    }
    for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`]) {
      expect((await get(server, '/', { host, cookie })).status).toBe(200);
    }
  });

  it('gets the page with its policy, and nothing outside of its folder', async () => {
    const server = await start();
    const cookie = await enter(server);
    const { headers, body } = await get(server, '/assets/page.js', { cookie });
    expect(body).toBe('console.log(1)');
    expect(headers['content-type']).toContain('text/javascript');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("connect-src 'self'");
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
    for (const path of [
      '/missing.js',
      '/../outside.html',
      '/..%2foutside.html',
      '/%2e%2e/outside.html',
      '/assets/../../outside.html',
      '//etc/passwd',
      '/assets',
      '/index.html%00.js',
    ]) {
      const answer = await get(server, path, { cookie });
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).not.toContain('secret');
    }
    const post = await get(server, '/', { cookie }, 'POST');
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a page request that asks for too much', () => {
  it('is refused when another page makes it, be it on this machine', async () => {
    const server = await start();
    const cookie = await enter(server);
    const status = async (site: string, mode: string, dest: string) => {
      const metadata = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
      return (await get(server, '/', { cookie, ...metadata })).status;
    };
    expect(await status('cross-site', 'cors', 'empty')).toBe(403);
    expect(await status('same-site', 'no-cors', 'script')).toBe(403);
    expect(await status('cross-site', 'navigate', 'iframe')).toBe(403);
    expect(await status('cross-site', 'navigate', 'document')).toBe(200);
    expect(await status('same-origin', 'cors', 'empty')).toBe(200);
    expect(await status('none', 'navigate', 'document')).toBe(200);
  });

  it('is refused with a body, whose end is not waited for', async () => {
    const server = await start();
    const cookie = await enter(server);
    const answer = await get(server, '/', { cookie, 'content-length': '1000000' });
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
    expect((await get(server, '/', { cookie, 'transfer-encoding': 'chunked' })).status).toBe(413);
  });

  it('is put off when strangers ask too often, and the token works all the same', async () => {
    const server = await start();
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => get(server, '/?token=wrong')),
    );
    const putOff = answers.filter(({ status }) => status === 429);
    // Sixty at once, and ten more for each second that it took.
    expect(putOff.length).toBeGreaterThan(0);
    expect(putOff.length).toBeLessThanOrEqual(60);
    expect(putOff[0]!.headers['retry-after']).toBe('1');
    expect(answers.filter(({ status }) => status !== 429 && status !== 403)).toEqual([]);
    const cookie = await enter(server);
    expect((await get(server, '/', { cookie })).status).toBe(200);
  });
});

describe('a WebSocket', () => {
  it('carries the contract for a page of this server', async () => {
    const server = await start();
    const cookie = await enter(server);
    const socket = await openSocket(server, { origin: originOf(server), headers: { cookie } });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const client = connectClient({
      send: (text) => socket.send(text),
      onReceive: (callback) =>
        void socket.on('message', (data) => callback((data as Buffer).toString())),
    });
    expect(await client.info()).toMatchObject({ host: 'serve' });
    const { id } = await client.startRun({ scenario: smallScenario() });
    expect((await client.getRun(id)).name).toBe('Small machine');
    await expect(client.getRun(99)).rejects.toMatchObject({ kind: 'not_found' });

    const closed = once(socket, 'close');
    await server.close();
    expect((await closed)[0]).toBe(1001);
  });

  it('is refused without a session, from another origin, for another host or path', async () => {
    const server = await start();
    const cookie = await enter(server);
    const origin = originOf(server);
    const refused = async (options: ClientOptions, path?: string) => {
      const socket = await openSocket(server, options, path);
      return typeof socket === 'number' ? socket : 'open';
    };
    expect(await refused({ origin })).toBe(401);
    expect(await refused({ origin, headers: { cookie: `swaplab-${server.port}=x` } })).toBe(401);
    expect(await refused({ headers: { cookie } })).toBe(403);
    for (const other of [
      'http://evil.example',
      'null',
      'file://',
      'http://127.0.0.1',
      `https://127.0.0.1:${server.port}`,
      `http://127.0.0.1:${server.port}.evil.example`,
    ]) {
      expect([other, await refused({ origin: other, headers: { cookie } })]).toEqual([other, 403]);
    }
    const host = `evil.example:${server.port}`;
    expect(await refused({ origin, headers: { cookie, host } })).toBe(421);
    expect(await refused({ origin, headers: { cookie } }, '/other')).toBe(404);
    expect(await refused({ origin, headers: { cookie } }, `/rpc${tokenPath(server)}`)).toBe(404);
    expect(await refused({ origin, headers: { cookie } })).toBe('open');
  });

  it('that sends too much is closed, and the others go on', async () => {
    const server = await start();
    const cookie = await enter(server);
    const options = { origin: originOf(server), headers: { cookie } };
    const sockets = [await openSocket(server, options), await openSocket(server, options)];
    const [bad, good] = sockets as [WebSocket, WebSocket];
    const closed = once(bad, 'close');
    bad.on('error', () => undefined);
    bad.send(Buffer.alloc(97 * 1024 * 1024));
    await closed;
    good.send('{"t":"q","i":"7","m":"listRuns","a":[{}]}');
    const [answer] = (await once(good, 'message')) as [Buffer];
    expect(JSON.parse(answer.toString())).toEqual({ t: 's', i: '7', r: { runs: [], total: 0 } });
  });
});

it('a client that floods is read more slowly, loses nothing, and holds up nobody', async () => {
  const server = await start();
  const cookie = await enter(server);
  const options = { origin: originOf(server), headers: { cookie } };
  const sockets = [await openSocket(server, options), await openSocket(server, options)];
  const [flood, calm] = sockets as [WebSocket, WebSocket];
  // A thousand at once, 200 more in a second: 1,400 take at least two seconds.
  const asked = 1400;
  let answered = 0;
  const all = new Promise<void>((resolve) => {
    flood.on('message', () => {
      if (++answered === asked) resolve();
    });
  });
  const began = performance.now();
  for (let i = 0; i < asked; i++) flood.send(`{"t":"q","i":"${i}","m":"listTraces0","a":[]}`);
  calm.send('{"t":"q","i":"7","m":"listRuns","a":[{}]}');
  await once(calm, 'message');
  expect(answered).toBeLessThan(asked);
  await all;
  expect(performance.now() - began).toBeGreaterThan(1900);
});

describe('the server', () => {
  it('listens on the loopback address alone', async () => {
    const server = await start();
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      const socket = connect(server.port, address);
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }
    await expect(startServer({ dataDir: temporaryFolder(), port: server.port })).rejects.toThrow(
      'another program uses it',
    );
  });

  it('knows a port when it sees one', () => {
    expect(parsePort('0')).toBe(0);
    expect(parsePort('65535')).toBe(65535);
    for (const text of ['65536', '-1', '80x', '', '1.5', '0x50']) {
      expect(() => parsePort(text)).toThrow(`--port is "${text}"; accepted: 0`);
    }
  });

  it('ends cleanly when it is told to, and marks its runs', { timeout: 60_000 }, async () => {
    const dataDir = temporaryFolder();
    const root = join(import.meta.dirname, '..', '..');
    const child = spawn(
      process.execPath,
      [
        '--import',
        join(import.meta.dirname, 'support', 'nodeWorkerHook.ts'),
        join(root, 'src/main/serve/index.ts'),
        '--port',
        '0',
      ],
      { env: { ...process.env, SWAPLAB_DATA: dataDir }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(line).toMatch(/^Swap Lab is at http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
