// npm start: opens the desktop app; where it cannot run, says why and serves the same lab to a browser.
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { fetchElectron, findElectron, hasDisplay, needsNoSandbox } from './lib/hosts.mjs';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';
import { runInForeground } from './lib/run.mjs';

/** An end as early as this with a signal or a loader's error means that Electron cannot run here, ms. */
const STARTING_TIME = 10_000;
const CANNOT_START = ['SIGSEGV', 'SIGTRAP', 'SIGABRT', 'SIGILL'];
const LOADER_FAILED = 127;

const args = process.argv.slice(2);

/** Why the desktop app cannot run here, or null when it ran. */
async function openApp() {
  if (!hasDisplay()) return 'There is no display here';
  if (!findElectron() && !(await fetchElectron())) return 'No Electron binary can be had here';
  const switches = ['--log-level=3'];
  if (needsNoSandbox()) {
    console.log("Running as root: Electron needs --no-sandbox, so Chromium's sandbox is off.");
    switches.push('--no-sandbox');
  }
  const ended = await runInForeground(findElectron(), [...switches, root, ...args]);
  if (ended.error) return `Electron cannot be started here (${ended.error.message})`;
  const crashed = CANNOT_START.includes(ended.signal) || ended.exitCode === LOADER_FAILED;
  if (crashed && !ended.asked && ended.time < STARTING_TIME) {
    return `Electron cannot run here (it ended with ${ended.signal ?? `code ${ended.exitCode}`})`;
  }
  process.exitCode = ended.exitCode;
  return null;
}

try {
  await ensureBuilt({ quiet: true });
  const reason = await openApp();
  if (reason) {
    console.log(`${reason}: serving the lab to a browser instead.`);
    const ended = await runInForeground(labNode(), [
      join(root, 'out', 'main', 'server.js'),
      ...args,
    ]);
    if (ended.error) throw ended.error;
    process.exitCode = ended.exitCode;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
