// Tries to break out of the page in the real app, the way a hostile page would.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applications } from './electron.ts';
import { root } from './host.ts';
import { shells, type Shell } from './shells.ts';

const PAGE = 'app://lab/index.html';

let shell: Shell;
let outside: Server;
let outsideUrl: string;
let requestsOutside = 0;

beforeAll(async () => {
  outside = createServer((_request, response) => {
    requestsOutside += 1;
    response.setHeader('Access-Control-Allow-Origin', '*').end('<title>outside</title>');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  outsideUrl = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
});

afterAll(() => {
  outside.close();
});

describe.each(shells)('in $name', ({ launch }) => {
  beforeAll(async () => {
    shell = await launch();
  });
  afterAll(() => shell.dispose());

  it('the page starts without an error or a refusal of its own policy', () => {
    expect(shell.problems).toEqual([]);
  });

  it('the page runs under a policy without eval, inline code or inline HTML', async () => {
    const refused = await shell.page.evaluate(async () => {
      // The debugger lifts the ban on eval while its own call lasts, so the attempts come after it.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const attempt = (work: () => void) => {
        try {
          work();
          return 'allowed';
        } catch (error) {
          return (error as Error).name;
        }
      };
      return {
        eval: attempt(() => (0, eval)('1 + 1')),
        function: attempt(() => new Function('return 1')()),
        html: attempt(() => document.body.insertAdjacentHTML('beforeend', '<b>x</b>')),
      };
    });
    expect(refused).toEqual({ eval: 'EvalError', function: 'EvalError', html: 'TypeError' });
  });

  it('the page cannot reach another server', async () => {
    const before = requestsOutside;
    const outcome = await shell.page.evaluate(async (url) => {
      const loads = (element: HTMLElement) =>
        new Promise<string>((resolve) => {
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('refused');
        });
      const image = new Image();
      const frame = document.createElement('iframe');
      const socket = await new Promise<string>((resolve) => {
        try {
          const ws = new WebSocket(url.replace('http', 'ws'));
          ws.onopen = () => resolve('loaded');
          ws.onerror = () => resolve('refused');
        } catch {
          resolve('refused');
        }
      });
      const imageLoads = loads(image);
      image.src = url;
      frame.src = url;
      document.body.append(frame);
      const fetched = await fetch(url).then(
        () => 'loaded',
        () => 'refused',
      );
      const outcome = { fetched, socket, image: await imageLoads };
      frame.remove();
      return outcome;
    }, outsideUrl);
    expect(outcome).toEqual({ fetched: 'refused', socket: 'refused', image: 'refused' });
    expect(requestsOutside).toBe(before);
  });
});

const electron = shells.filter(({ name }) => name === 'electron');

describe.each(electron)('in the desktop app', ({ launch }) => {
  const app = () => applications.get(shell.host)!;

  beforeAll(async () => {
    shell = await launch();
  });
  afterAll(() => shell.dispose());

  it('the window is sandboxed and isolated', async () => {
    const preferences = await app().evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      return (
        window.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
      ).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      sandbox: true,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      enableBlinkFeatures: '',
    });
  });

  it('a webview is not attached', async () => {
    const attached = await shell.page.evaluate(async (url) => {
      const view = document.createElement('webview');
      view.setAttribute('src', url);
      document.body.append(view);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const isPlain = !('getWebContentsId' in view);
      view.remove();
      return isPlain ? 'no webview' : 'webview';
    }, outsideUrl);
    expect(attached).toBe('no webview');
    expect(
      await app().evaluate(({ webContents }) =>
        webContents.getAllWebContents().map((contents) => contents.getType()),
      ),
    ).toEqual(['window']);
  });

  it('the page sees nothing of Node, and of the bridge two functions', async () => {
    const seen = await shell.page.evaluate(() => {
      const globals = window as unknown as Record<string, object>;
      return {
        node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
        bridge: Object.keys(globals.swaplab).sort(),
        frozen: Object.isFrozen(globals.swaplab),
      };
    });
    expect(seen).toEqual({ node: [], bridge: ['onMessage', 'post'], frozen: true });
  });

  it('the page is served with its headers, and nothing outside its folder is', async () => {
    const answers = await app().evaluate(async ({ session }) => {
      const ask = async (url: string) => {
        const response = await session.defaultSession.fetch(url).catch(() => null);
        return {
          status: response?.status ?? 'blocked',
          policy: response?.headers.get('content-security-policy'),
        };
      };
      return {
        page: await ask('app://lab/index.html'),
        others: await Promise.all(
          [
            'app://lab/../main/index.js',
            'app://lab/..%2fmain%2findex.js',
            'app://lab/%2e%2e%2f%2e%2e%2fpackage.json',
            'app://lab/%00',
            'app://lab/%ff.html',
            'app://lab/assets',
            'app://elsewhere/index.html',
          ].map(ask),
        ),
      };
    });
    expect(answers.page.status).toBe(200);
    expect(answers.page.policy).toContain("default-src 'none'");
    expect(answers.page.policy).toContain("script-src 'self';");
    expect(answers.page.policy).not.toContain('unsafe');
    expect(answers.others.map(({ status }) => status)).toEqual([
      404,
      404,
      404,
      404,
      404,
      404,
      'blocked',
    ]);
  });

  it.each(['http', 'file', 'data', 'app'])(
    'navigation to %s: stays where it is',
    async (scheme) => {
      const target = {
        http: outsideUrl,
        file: 'file:///etc/hostname',
        data: 'data:text/html,<title>data</title>',
        app: 'app://elsewhere/index.html',
      }[scheme]!;
      const before = requestsOutside;
      await shell.page.evaluate((url) => {
        location.href = url;
      }, target);
      await shell.page.waitForTimeout(300);
      expect(shell.page.url()).toBe(PAGE);
      expect(await shell.page.evaluate(() => document.title)).toBe('Swap Lab');
      expect(requestsOutside).toBe(before);
    },
  );

  it('the page may reload itself', async () => {
    await shell.page.evaluate(() => Object.assign(window, { oldDocument: true }));
    await shell.page.evaluate(() => location.reload());
    await shell.page.waitForFunction(() => !('oldDocument' in window));
    expect(shell.page.url()).toBe(PAGE);
  });

  it('window.open opens nothing', async () => {
    const opened = await shell.page.evaluate(
      (urls) => urls.map((url) => window.open(url) !== null),
      [outsideUrl, 'about:blank', PAGE],
    );
    expect(opened).toEqual([false, false, false]);
    expect(await app().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(
      1,
    );
  });

  it('every permission is denied', async () => {
    const answers = await shell.page.evaluate(async () => {
      const state = async (name: string) =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      return {
        geolocation: await state('geolocation'),
        camera: await state('camera'),
        clipboard: await state('clipboard-read'),
        notifications: await Notification.requestPermission(),
        position: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('granted'),
            (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : error.message),
          ),
        ),
      };
    });
    expect(answers).toEqual({
      geolocation: 'denied',
      camera: 'denied',
      clipboard: 'denied',
      notifications: 'denied',
      position: 'denied',
    });
  });

  it('the session lets no request out even where no content policy stands in the way', async () => {
    const before = requestsOutside;
    const outcome = await app().evaluate(async ({ BrowserWindow, session }, url) => {
      const window = new BrowserWindow({ show: false });
      const loaded = await window.loadURL(url).then(
        () => 'loaded',
        (error: Error) => error.message,
      );
      window.destroy();
      const fetched = await session.defaultSession.fetch(url).then(
        () => 'loaded',
        (error: Error) => error.message,
      );
      return [loaded, fetched];
    }, outsideUrl);
    for (const message of outcome) expect(message).toContain('ERR_BLOCKED_BY_CLIENT');
    expect(requestsOutside).toBe(before);
  });

  it('a download from elsewhere is refused, one that the page made is saved', async () => {
    const save = (href: string) =>
      shell.page.evaluate((url) => {
        const link = document.createElement('a');
        link.href = url.startsWith('text:')
          ? URL.createObjectURL(new Blob([url.slice(5)], { type: 'text/plain' }))
          : url;
        link.download = 'file.txt';
        link.click();
      }, href);
    const file = await shell.host.download(() => save('text:41 + 1'));
    expect(file).toEqual({ name: 'file.txt', text: '41 + 1' });
    await expect(shell.host.download(() => save('data:text/plain,x'))).rejects.toThrow('refused');
  });

  it('the lab answers the page, and nobody else who has the bridge', async () => {
    const request = JSON.stringify({ t: 'q', i: 'probe', m: 'info', a: [] });
    const ask = (text: string) =>
      new Promise<string>((resolve) => {
        const { swaplab } = window as unknown as {
          swaplab: {
            post(message: string): void;
            onMessage(callback: (message: string) => void): () => void;
          };
        };
        const stop = swaplab.onMessage((message) => {
          if (!message.includes('"probe"')) return;
          stop();
          resolve('answered');
        });
        swaplab.post(text);
        setTimeout(() => resolve('silence'), 1500);
      });
    expect(await shell.page.evaluate(ask, request)).toBe('answered');

    const stranger = await app().evaluate(
      async ({ BrowserWindow }, { preload, script }) => {
        const window = new BrowserWindow({
          show: false,
          webPreferences: { preload, sandbox: true },
        });
        await window.loadURL('app://lab/none.html');
        const heard = (await window.webContents.executeJavaScript(script)) as string;
        window.destroy();
        return heard;
      },
      {
        preload: join(root, 'out/preload/index.cjs'),
        script: `(${ask.toString()})(${JSON.stringify(request)})`,
      },
    );
    expect(stranger).toBe('silence');
  });
});
