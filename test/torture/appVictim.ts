// The desktop app as a victim: the real Electron, asked through the bridge of its window.
import type { LabEvents } from '../../src/main/lab/contract.ts';
import { startElectron } from '../e2e/electron.ts';
import { connectClient } from '../lab/support/client.ts';
import type { Victim } from './server.ts';

interface Bridge {
  post(text: string): void;
  onMessage(callback: (text: string) => void): void;
}

export async function startApp(dataDir: string, events: Partial<LabEvents>): Promise<Victim> {
  const host = await startElectron(dataDir, () => undefined, { SWAPLAB_NO_FIRST_RUN: '1' });
  const receivers = new Set<(text: string) => void>();
  await host.page.exposeFunction('tortureHears', (text: string) =>
    receivers.forEach((each) => each(text)),
  );
  await host.page.evaluate(() => {
    const page = globalThis as unknown as {
      swaplab: Bridge;
      tortureHears(text: string): void;
    };
    page.swaplab.onMessage((text) => page.tortureHears(text));
  });
  const api = connectClient(
    {
      send: (text) => {
        const post = (line: string) =>
          (globalThis as unknown as { swaplab: Bridge }).swaplab.post(line);
        // What is sent to a dead window is lost, as it should be.
        host.page.evaluate(post, text).catch(() => undefined);
      },
      onReceive: (callback) => void receivers.add(callback),
    },
    events,
  );
  return { api, kill: () => host.kill() };
}
