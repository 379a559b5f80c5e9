// Builds the app when its sources have changed since the last build, and only then.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labNode } from './node.mjs';
import { root } from './root.mjs';

const STAMP = join(root, 'out', '.built-from');
const LOCK = join(root, 'node_modules', '.swaplab-build.lock');
const INPUTS = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];
const ENTRIES = ['main/index.js', 'main/server.js', 'main/cli.js', 'renderer/index.html'];

/** Name, size and time of every input: it also changes when a file goes away or gets older. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  INPUTS.forEach(visit);
  return hash.digest('hex');
}

function isFresh() {
  try {
    if (readFileSync(STAMP, 'utf8') !== fingerprint()) return false;
    return ENTRIES.every((entry) => statSync(join(root, 'out', entry)).isFile());
  } catch {
    return false;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One build at a time: two would empty each other's output folder. */
async function withLock(work) {
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), String(process.pid));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    await sleep(100);
    let owner;
    try {
      owner = Number(readFileSync(join(LOCK, 'pid'), 'utf8'));
    } catch {
      continue;
    }
    if (!isRunning(owner)) rmSync(LOCK, { recursive: true, force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function runElectronVite(quiet) {
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  return new Promise((resolve, reject) => {
    const child = spawn(labNode(), [tool, 'build'], {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    const output = [];
    child.stdout?.on('data', (part) => output.push(part));
    child.stderr?.on('data', (part) => output.push(part));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new Error('The build failed; its output is above.'));
    });
  });
}

/**
 * Brings `out/` up to date.
 * @param {{ quiet: boolean, force?: boolean }} options quiet: print the build's output only if it fails
 */
export async function ensureBuilt({ quiet, force = false }) {
  if (!statSync(join(root, 'node_modules', 'electron-vite'), { throwIfNoEntry: false })) {
    throw new Error('The packages are not installed yet: run `npm ci` first.');
  }
  if (!force && isFresh()) return;
  await withLock(async () => {
    if (!force && isFresh()) return;
    // Taken before the build: a file saved while it runs makes the result stale, not fresh.
    const builtFrom = fingerprint();
    await runElectronVite(quiet);
    writeFileSync(STAMP, builtFrom);
  });
}
