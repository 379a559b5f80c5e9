// npm start: opens the desktop app; where it cannot run, says why and serves the same lab to a browser.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { fetchElectron, findElectron, hasDisplay, needsNoSandbox } from './lib/hosts.mjs';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';

/** An end as early as this with a signal or a loader's error means that Electron cannot run here, ms. */
const STARTING_TIME = 10_000;
const CANNOT_START = ['SIGSEGV', 'SIGTRAP', 'SIGABRT', 'SIGILL'];
const LOADER_FAILED = 127;

const args = process.argv.slice(2);

/** Runs a program in the foreground: it gets our terminal, our signals and the last word on our exit. */
function run(program, programArgs) {
  return new Promise((resolve) => {
    const began = Date.now();
    const child = spawn(program, programArgs, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const end = (result) => {
      for (const signal of signals) process.off(signal, forward);
      resolve({ ...result, time: Date.now() - began });
    };
    child.on('error', (error) => end({ error }));
    child.on('exit', (code, signal) => end({ code, signal }));
  });
}

const exitCode = ({ code, signal }) => code ?? 128 + constants.signals[signal];

/** Why the desktop app cannot run here, or null when it ran. */
async function openApp() {
  if (!hasDisplay()) return 'There is no display here';
  if (!findElectron()) {
    console.log('Fetching Electron once ...');
    if (!fetchElectron()) return 'No Electron binary can be had here';
  }
  const switches = ['--log-level=3'];
  if (needsNoSandbox()) {
    console.log("Running as root: Electron needs --no-sandbox, so Chromium's sandbox is off.");
    switches.push('--no-sandbox');
  }
  const ended = await run(findElectron(), [...switches, root, ...args]);
  if (ended.error) return `Electron cannot be started here (${ended.error.message})`;
  const early = ended.time < STARTING_TIME;
  if (early && (CANNOT_START.includes(ended.signal) || ended.code === LOADER_FAILED)) {
    return `Electron cannot run here (it ended with ${ended.signal ?? `code ${ended.code}`})`;
  }
  process.exitCode = exitCode(ended);
  return null;
}

try {
  await ensureBuilt({ quiet: true });
  const reason = await openApp();
  if (reason) {
    console.log(`${reason}: serving the lab to a browser instead.`);
    const ended = await run(labNode(), [join(root, 'out', 'main', 'server.js'), ...args]);
    if (ended.error) throw ended.error;
    process.exitCode = exitCode(ended);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
