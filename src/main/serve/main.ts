/** Runs the server in the foreground: prints its address, ends cleanly when it is told to. */
import { LabError } from '../lab/index.ts';
import { startServer, type ServerOptions } from './server.ts';

/** Serves until SIGINT, SIGTERM or SIGHUP; the promise resolves when all is closed. */
export async function serveUntilStopped(options: ServerOptions): Promise<void> {
  // Before anything is open: whoever reads the address may send a signal at once.
  const stopped = stopSignal();
  const server = await startServer(options);
  for (const notice of server.notices) console.error(notice);
  console.log(`Swap Lab is at ${server.url}`);
  console.log('The address works once, in one browser. Ctrl-C ends the server.');
  await stopped;
  await server.close();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Once: the second Ctrl-C of someone who cannot wait ends the process as usual.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve());
    }
  });
}

/** Port of a command line, or an error that says what is accepted. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new LabError('invalid', `--port is "${text}"; accepted: 0 (any free port) to 65535.`);
}
