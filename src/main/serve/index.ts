/** The program `out/main/server.js`: the lab served to a browser. `--port N`, `--db FILE`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../lab/errors.ts';
import type { ServerOptions } from './server.ts';
import { parsePort, serveUntilStopped } from './main.ts';

const BAD_INPUT = 2;
const FAILED = 1;

function parseOptions(args: string[]): ServerOptions {
  const { values } = parseArgs({
    args,
    options: { port: { type: 'string' }, db: { type: 'string' } },
  });
  return {
    port: values.port === undefined ? undefined : parsePort(values.port),
    databaseFile: values.db === undefined ? undefined : resolve(values.db),
  };
}

function fail(error: unknown, exitCode: number): void {
  console.error(`Swap Lab: ${messageOf(error)}`);
  process.exitCode = exitCode;
}

let options: ServerOptions | undefined;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  fail(error, BAD_INPUT);
}
if (options) await serveUntilStopped(options).catch((error: unknown) => fail(error, FAILED));
