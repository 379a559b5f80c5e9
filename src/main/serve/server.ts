/** The lab on 127.0.0.1 for a browser: the same page, the same contract, the same database. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openHosted } from '../lab/hosted.ts';
import { LabError, type LabOptions } from '../lab/index.ts';
import { messageOf } from '../lab/errors.ts';
import { Access } from './access.ts';
import { answerPage, rates } from './http.ts';
import { Sockets } from './socket.ts';

export interface ServerOptions extends Omit<LabOptions, 'host'> {
  /** 0, the default, takes any that is free. */
  port?: number | undefined;
  /** Folder of the built page; the default is the one beside the built server. */
  pageFolder?: string | undefined;
}

export interface RunningServer {
  /** Address with its one-time token. */
  url: string;
  port: number;
  /** What a person should know at the start, such as runs that were interrupted. */
  notices: string[];
  /** Closes all connections and the lab; runs that go on are marked interrupted. */
  close(): Promise<void>;
}

/** Loopback only: the address cannot be chosen. */
const ADDRESS = '127.0.0.1';

/** Requests come with little, soon, and from few at once: bytes, ms, connections. */
const LIMITS = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 10_000 };
const MOST_CONNECTIONS = 256;

export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { port: wanted = 0, pageFolder, ...labOptions } = options;
  const lab = openHosted({ ...labOptions, host: 'serve' });
  const server = createServer(LIMITS);
  server.maxConnections = MOST_CONNECTIONS;
  let port: number;
  try {
    port = await listen(server, wanted);
  } catch (error) {
    await lab.close();
    throw error;
  }
  const access = new Access(port);
  const sockets = new Sockets(lab, access);
  const buckets = rates();
  server.on('request', (request, response) => {
    answerPage(request, response, access, buckets, pageFolder).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    sockets.upgrade(request, socket, head);
  });
  const { notices, damage } = await lab.info();
  return {
    url: `http://${ADDRESS}:${port}/?token=${access.token}`,
    port,
    notices: damage ? [damage.message, ...notices] : notices,
    async close() {
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, lab.close()]);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'another program uses it; choose another --port, or none'
          : messageOf(error);
      reject(new LabError('invalid', `Port ${port} of ${ADDRESS} cannot be used: ${why}.`));
    });
    server.listen(port, ADDRESS, () => resolve((server.address() as AddressInfo).port));
  });
}
