/** Carries the contract over a channel of JSON text: calls in, answers and events out. */
import { createBirpc, type BirpcReturn } from 'birpc';
import { z } from 'zod';
import type { LabApi, LabEvents } from './contract.ts';
import { errorData, notFound } from './errors.ts';
import { isMethod } from './inputs.ts';

/** One client's end of the line. */
export interface Channel {
  post(text: string): void;
  /** Returns the function that stops the messages. */
  onMessage(callback: (text: string) => void): () => void;
}

/** A client only ever calls; anything else that it sends is dropped. */
const request = z.object({
  t: z.literal('q'),
  i: z.string().max(64).optional(),
  m: z.string().max(64),
  a: z.array(z.unknown()).max(8),
});

function parseRequest(text: string): unknown {
  try {
    return request.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** An error inside a message becomes data; birpc itself would lose its kind and its message. */
function serialize(message: { e?: unknown }): string {
  return JSON.stringify(
    message.e === undefined ? message : { ...message, e: errorData(message.e) },
  );
}

export class Clients {
  readonly #api: LabApi;
  readonly #connected = new Set<BirpcReturn<LabEvents, LabApi>>();

  constructor(api: LabApi) {
    this.#api = api;
  }

  connect(channel: Channel): () => void {
    let stop: () => void = () => undefined;
    const client = createBirpc<LabEvents, LabApi>(this.#api, {
      post: (text: string) => channel.post(text),
      on: (receive) => {
        stop = channel.onMessage((text) => {
          const call = parseRequest(text);
          if (call !== undefined) receive(call);
        });
      },
      serialize,
      eventNames: [
        'runChanged',
        'runProgress',
        'lifeChanged',
        'studyChanged',
        'studyProgress',
        'fileOpened',
        'libraryDamaged',
        'libraryReplaced',
      ],
      resolver: (name, known) =>
        isMethod(name) ? known : () => Promise.reject(notFound(`The lab has no method "${name}".`)),
      // A client that has gone cannot be answered, and nobody else needs to hear of it.
      onGeneralError: () => true,
    });
    this.#connected.add(client);
    return () => {
      stop();
      this.#connected.delete(client);
      client.$close();
    };
  }

  emit<E extends keyof LabEvents>(event: E, ...args: Parameters<LabEvents[E]>): void {
    for (const client of this.#connected) {
      client.$callEvent(event, ...args).catch(() => undefined);
    }
  }
}
