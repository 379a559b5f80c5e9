// A client of the lab on the far side of a channel, as the page is one: text in, text out.
import { createBirpc } from 'birpc';
import type { LabApi, LabEvents } from '../../../src/main/lab/contract.ts';
import type { Channel } from '../../../src/main/lab/index.ts';

export interface Line {
  /** The lab's end. */
  channel: Channel;
  /** Sends text to the lab as a client would. */
  send(text: string): void;
  /** Everything that the lab has sent, in order. */
  received: string[];
  onReceive(callback: (text: string) => void): void;
}

export function openLine(): Line {
  const toLab = new Set<(text: string) => void>();
  const toClient = new Set<(text: string) => void>();
  const received: string[] = [];
  return {
    channel: {
      post(text) {
        received.push(text);
        for (const each of toClient) each(text);
      },
      onMessage(callback) {
        toLab.add(callback);
        return () => void toLab.delete(callback);
      },
    },
    send: (text) => toLab.forEach((each) => each(text)),
    received,
    onReceive: (callback) => void toClient.add(callback),
  };
}

export function connectClient(
  line: Pick<Line, 'send' | 'onReceive'>,
  events: Partial<LabEvents> = {},
): LabApi {
  return createBirpc<LabApi, Partial<LabEvents>>(events, {
    post: (text: string) => line.send(text),
    on: (receive) => line.onReceive(receive),
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  });
}
