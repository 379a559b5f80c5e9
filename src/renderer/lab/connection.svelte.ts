/** The lab as the renderer sees it: its methods, its events, and whether it can be reached. */
import { createBirpc } from 'birpc';
import type { LabApi, LabEvents, LabInfo } from '../../main/lab/contract.ts';
import { levelsOf } from '../charts/series.ts';
import { errorText } from './errors.ts';
import type { Channel } from './transport.ts';

export type ConnectionState = 'connecting' | 'ready' | 'lost' | 'refused';

type Listener<K extends keyof LabEvents> = LabEvents[K];

export class LabConnection {
  state: ConnectionState = $state('connecting');
  info: LabInfo | null = $state.raw(null);
  /** Metrics that are states rather than events. */
  readonly levels: ReadonlySet<string> = $derived(levelsOf(this.info?.metrics ?? []));
  /** Why the lab refuses to work, in the state `refused`. */
  reason = $state('');
  readonly api: LabApi;

  #listeners: { [K in keyof LabEvents]: Set<Listener<K>> } = {
    runChanged: new Set(),
    runProgress: new Set(),
    lifeChanged: new Set(),
    studyChanged: new Set(),
    studyProgress: new Set(),
    fileOpened: new Set(),
    libraryDamaged: new Set(),
    libraryReplaced: new Set(),
  };
  #onReady = new Set<() => void>();

  constructor(channel: Channel) {
    const events: LabEvents = {
      runChanged: (run) => this.#listeners.runChanged.forEach((tell) => tell(run)),
      runProgress: (update) => this.#listeners.runProgress.forEach((tell) => tell(update)),
      lifeChanged: (...args) => this.#listeners.lifeChanged.forEach((tell) => tell(...args)),
      studyChanged: (study) => this.#listeners.studyChanged.forEach((tell) => tell(study)),
      studyProgress: (...args) => this.#listeners.studyProgress.forEach((tell) => tell(...args)),
      fileOpened: () => this.#listeners.fileOpened.forEach((tell) => tell()),
      libraryDamaged: () => this.#listeners.libraryDamaged.forEach((tell) => tell()),
      libraryReplaced: () => this.#listeners.libraryReplaced.forEach((tell) => tell()),
    };
    const rpc = createBirpc<LabApi, LabEvents>(events, {
      post: (text: string) => channel.post(text),
      on: (receive) => channel.onMessage(receive),
      serialize: JSON.stringify,
      deserialize: JSON.parse,
    });
    this.api = rpc;
    channel.onState((open) => {
      if (open) void this.retry();
      else {
        this.state = this.info ? 'lost' : 'connecting';
        rpc.$rejectPendingCalls(({ reject }) => reject(new Error('The lab cannot be reached.')));
      }
    });
  }

  on<K extends keyof LabEvents>(event: K, tell: Listener<K>): () => void {
    this.#listeners[event].add(tell);
    return () => void this.#listeners[event].delete(tell);
  }

  /** Calls back each time the lab has become reachable, the first time included. */
  onReady(tell: () => void): () => void {
    this.#onReady.add(tell);
    if (this.state === 'ready') tell();
    return () => void this.#onReady.delete(tell);
  }

  /** Asks for what the lab says about itself, after something there was changed. */
  async refresh(): Promise<void> {
    this.info = await this.api.info();
  }

  async retry(): Promise<void> {
    try {
      this.info = await this.api.info();
      this.state = 'ready';
      this.#onReady.forEach((tell) => tell());
    } catch (error) {
      this.state = 'refused';
      this.reason = errorText(error);
    }
  }
}
