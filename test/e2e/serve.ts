// Starts the server in Node and opens the address that it prints in a real Chromium.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { root, type Host, type StartHost } from './host.ts';

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/\S*/;
/** The server has this long to print its address, ms. */
const STARTING_TIME = 20_000;

async function addressOf(server: ChildProcess, printed: string[]): Promise<string> {
  const found = new Promise<string>((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      createInterface(stream!).on('line', (line) => {
        printed.push(line);
        const address = ADDRESS.exec(line);
        if (address) resolve(address[0]);
      });
    }
    server.once('exit', (code) => reject(new Error(`it ended with code ${code}`)));
    setTimeout(() => reject(new Error('it printed no address')), STARTING_TIME).unref();
  });
  return found.catch((error: Error) => {
    server.kill('SIGKILL');
    throw new Error(`The server did not start: ${error.message}.\n${printed.join('\n')}`);
  });
}

export interface ServerProcess {
  process: ChildProcess;
  address: string;
  /** Every line that it has printed so far. */
  printed: string[];
}

export async function startServer(
  dataDir: string,
  env?: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const printed: string[] = [];
  const server = spawn(process.execPath, [join(root, 'out/main/server.js'), '--port', '0'], {
    cwd: root,
    env: { ...process.env, ...env, SWAPLAB_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { process: server, address: await addressOf(server, printed), printed };
}

/** The server behind a host, for tests that end it while its page stays. */
export const servers = new WeakMap<Host, ChildProcess>();

export const startServe: StartHost = async (dataDir, watch, env) => {
  const { process: server, address } = await startServer(dataDir, env);
  const ended = once(server, 'exit');
  const browser = await chromium.launch({ executablePath: process.env.SWAPLAB_CHROMIUM });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  watch(page);
  await page.goto(address);

  const stop = async (signal: 'SIGTERM' | 'SIGKILL') => {
    server.kill(signal);
    await ended;
    await browser.close();
  };
  const host: Host = {
    page,
    quit: () => stop('SIGTERM'),
    kill: () => stop('SIGKILL'),
    setSize: (width, height) => page.setViewportSize({ width, height }),
    setTheme: (theme) => page.emulateMedia({ colorScheme: theme }),
    async download(start) {
      const [download] = await Promise.all([page.waitForEvent('download'), start()]);
      const text = readFileSync(await download.path(), 'utf8');
      return { name: download.suggestedFilename(), text };
    },
  };
  servers.set(host, server);
  return host;
};
