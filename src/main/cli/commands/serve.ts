/** `swaplab serve`: the lab for a browser on this machine. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { databaseOption, integer, type DatabaseOption } from '../options.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Serve the lab to a browser on 127.0.0.1')
    .option('--port <n>', 'port to listen on (default: any free one)', integer(0, 65535))
    .addOption(databaseOption())
    .action(async ({ port, db }: DatabaseOption & { port?: number }) => {
      // Only this command needs the server; the others start faster without it.
      const { serveUntilStopped } = await import('../../serve/main.ts');
      await serveUntilStopped({ port, databaseFile: db === undefined ? undefined : resolve(db) });
    });
}
