#!/usr/bin/env node
// The `swaplab` command in a clone: builds what is out of date, then hands over to out/main/cli.js.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { labNode, thisNodeIsNewEnough } from './lib/node.mjs';
import { root } from './lib/root.mjs';
import { runInForeground } from './lib/run.mjs';

const cli = join(root, 'out', 'main', 'cli.js');

try {
  await ensureBuilt({ quiet: true });
  if (thisNodeIsNewEnough) {
    process.argv[1] = cli;
    await import(pathToFileURL(cli).href);
  } else {
    const ended = await runInForeground(labNode(), [cli, ...process.argv.slice(2)]);
    if (ended.error) throw ended.error;
    process.exitCode = ended.exitCode;
  }
} catch (error) {
  console.error(`swaplab: ${error.message}`);
  process.exitCode = 1;
}
