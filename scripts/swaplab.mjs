#!/usr/bin/env node
// The `swaplab` command in a clone: builds what is out of date, then hands over to out/main/cli.js.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { labNode, thisNodeIsNewEnough } from './lib/node.mjs';
import { root } from './lib/root.mjs';

const cli = join(root, 'out', 'main', 'cli.js');

/** Runs the command line in a newer Node and ends the way it ends. */
function handOver(node) {
  const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function fail(message) {
  console.error(`swaplab: ${message}`);
  process.exit(1);
}

try {
  await ensureBuilt({ quiet: true });
  if (thisNodeIsNewEnough) {
    process.argv[1] = cli;
    await import(pathToFileURL(cli).href);
  } else {
    handOver(labNode());
  }
} catch (error) {
  fail(error.message);
}
