import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { labError } from '../../src/renderer/lab/errors.ts';
import { webSocketChannel } from '../../src/renderer/lab/transport.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';
import { connect } from './fixture/channel.ts';
import { App } from '../../src/renderer/app/app.svelte.ts';

describe('the connection to the lab', () => {
  it('says when it is lost, keeps the work, and takes up again by itself', async () => {
    const { channel, app, lab } = await start();
    app.draft.set(['kernel', 'swappiness'], 5);
    channel.setOpen(false);
    expect(await screen.findByText('The connection to the lab was lost.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Run' }).disabled).toBe(true);
    lab.addRun({ name: 'started elsewhere', status: 'running', endedAt: null });
    channel.setOpen(true);
    await waitFor(() => expect(screen.queryByText(/connection to the lab was lost/)).toBeNull());
    expect(app.draft.scenario.kernel?.swappiness).toBe(5);
    await waitFor(() =>
      expect(app.live.active.map((run) => run.name)).toEqual(['started elsewhere']),
    );
  });

  it('shows the reason when the lab cannot work, and tries again when asked to', async () => {
    const lab = new FakeLab();
    lab.failure = { kind: 'storage', message: 'swap-lab.db is from a newer version.' };
    const app = new App(connect(lab));
    await waitFor(() => expect(app.lab.state).toBe('refused'));
    expect(app.lab.reason).toBe('swap-lab.db is from a newer version.');
    lab.failure = null;
    await app.lab.retry();
    expect(app.lab.state).toBe('ready');
  });

  it('carries an error with its kind over the wire', async () => {
    const { app } = await start();
    const thrown = await app.lab.api.getRun(99).catch((error: unknown) => error);
    expect(labError(thrown)).toEqual({ kind: 'not_found', message: 'There is no run 99.' });
  });

  it('opens a socket again, waiting longer each time', () => {
    vi.useFakeTimers();
    const sockets: { onopen?: () => void; onclose?: () => void }[] = [];
    vi.stubGlobal(
      'WebSocket',
      class {
        static OPEN = 1;
        readyState = 0;
        onopen?: () => void;
        onclose?: () => void;
        constructor() {
          sockets.push(this);
        }
      },
    );
    const states: boolean[] = [];
    const channel = webSocketChannel('ws://127.0.0.1/rpc');
    channel.onState((open) => states.push(open));
    expect(() => channel.post('{}')).toThrow('The lab cannot be reached.');
    sockets[0]?.onopen?.();
    sockets[0]?.onclose?.();
    expect(states).toEqual([true, false]);
    vi.advanceTimersByTime(499);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
    sockets[1]?.onclose?.();
    vi.advanceTimersByTime(999);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(3);
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
});
