// npm run torture: kills the lab at random moments and checks what is left; --count, --time (minutes),
// --seed, --kind (part of a name), --app (the desktop app too; needs a display or xvfb-run). With --long it
// kills nothing: 500 runs in a session, a day at the queue and a library of 10,000 (--runs, --saved), and the
// memory they take.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { e2eCommand, findShells } from './lib/e2e.mjs';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';
import { runInForeground } from './lib/run.mjs';

const hook = pathToFileURL(join(root, 'test', 'lab', 'support', 'nodeWorkerHook.ts')).href;
const campaign = process.argv.includes('--long') ? 'longUseMain.ts' : 'main.ts';
const args = [
  '--expose-gc',
  '--import',
  hook,
  join(root, 'test', 'torture', campaign),
  ...process.argv.slice(2),
];
try {
  await ensureBuilt({ quiet: true });
  const shells = process.argv.includes('--app')
    ? findShells()
    : { electron: null, chromium: null, xvfb: null, leftOut: [] };
  if (process.argv.includes('--app') && !shells.electron) {
    throw new Error('--app needs an Electron binary and a display or xvfb-run.');
  }
  const { program, args: all, env } = e2eCommand(shells, args);
  const command = program === process.execPath ? labNode() : program;
  const ended = await runInForeground(command, all, { env: { ...process.env, ...env } });
  if (ended.error) throw ended.error;
  process.exitCode = ended.exitCode;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
