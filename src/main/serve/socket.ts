/** Carries the lab's messages over WebSockets at /rpc, for pages of this server alone. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Channel, Lab } from '../lab/index.ts';
import { IMPORT_LIMIT } from '../lab/inputs.ts';
import type { Access } from './access.ts';
import { Bucket } from './rate.ts';

/** Largest message, bytes: a run to import, whose quotes and line ends are escaped on the way. */
const LARGEST_MESSAGE = IMPORT_LIMIT * 1.5;

/** A client that lets this much pile up has stopped reading, bytes. */
const LARGEST_BACKLOG = 256 * 1024 * 1024;

const MOST_CLIENTS = 64;

/** Messages of one client; the page sends a few for each thing that a person does. */
const MESSAGE_RATE = { burst: 1000, perSecond: 200 };

export class Sockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  readonly #access: Access;

  constructor(lab: Pick<Lab, 'connect'>, access: Access) {
    this.#access = access;
    this.#server.on('connection', (socket) => serveClient(socket, lab));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#server.emit('connection', client, request);
    });
  }

  close(): void {
    const GOING_AWAY = 1001;
    for (const client of this.#server.clients) client.close(GOING_AWAY);
    this.#server.close();
  }

  #refusal(request: IncomingMessage): string | undefined {
    if (request.url !== '/rpc') return '404 Not Found';
    if (!this.#access.isOurHost(request)) return '421 Misdirected Request';
    if (!this.#access.isOurOrigin(request)) return '403 Forbidden';
    if (!this.#access.hasSession(request)) return '401 Unauthorized';
    if (this.#server.clients.size >= MOST_CLIENTS) return '503 Service Unavailable';
    return undefined;
  }
}

function serveClient(socket: WebSocket, lab: Pick<Lab, 'connect'>): void {
  const bucket = new Bucket(MESSAGE_RATE.burst, MESSAGE_RATE.perSecond);
  const waiting: string[] = [];
  let receive: (text: string) => void = () => undefined;

  // A client that is too fast is read more slowly; nothing that it sent is lost.
  const deliver = () => {
    while (waiting.length > 0) {
      const waitMs = bucket.take();
      if (waitMs > 0) {
        socket.pause();
        setTimeout(deliver, waitMs).unref();
        return;
      }
      receive(waiting.shift()!);
    }
    socket.resume();
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) return;
    waiting.push((data as Buffer).toString('utf8'));
    if (waiting.length === 1) deliver();
  });

  const channel: Channel = {
    post(text) {
      if (socket.bufferedAmount > LARGEST_BACKLOG) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.send(text);
    },
    onMessage(callback) {
      receive = callback;
      return () => (receive = () => undefined);
    },
  };
  const disconnect = lab.connect(channel);
  socket.on('close', disconnect);
  // What a client sends wrong ends its own connection; 'close' follows.
  socket.on('error', () => socket.terminate());
}
