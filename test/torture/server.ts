// The program behind `swaplab serve` as a victim: started as it was built, asked over its WebSocket.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { LabApi, LabEvents } from '../../src/main/lab/contract.ts';
import { connectClient } from '../lab/support/client.ts';
import { builtProgram } from './programs.ts';

/** A process with a lab, and a client of it. */
export interface Victim {
  api: LabApi;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export async function startServer(dataDir: string, events: Partial<LabEvents>): Promise<Victim> {
  const child = spawn(process.execPath, [builtProgram('server.js'), '--port', '0'], {
    env: { ...process.env, SWAPLAB_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const said: string[] = [];
  child.stderr.on('data', (part: Buffer) => void said.push(part.toString()));
  const url = await new Promise<URL>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const address = /http:\S+/.exec(line);
      if (address) resolve(new URL(address[0]));
    });
    void ended.then(() => reject(new Error(`The server did not start: ${said.join('')}`)));
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    const answer = await fetch(url, { redirect: 'manual' });
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
    const headers = { cookie, origin: url.origin };
    const socket = new WebSocket(`ws://${url.host}/rpc`, { headers });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    const line = {
      send: (text: string) => void (socket.readyState === socket.OPEN && socket.send(text)),
      onReceive: (callback: (text: string) => void) =>
        void socket.on('message', (data: Buffer) => callback(data.toString('utf8'))),
    };
    return { api: connectClient(line, events), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}
