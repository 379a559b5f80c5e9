// Finds what the app can run in on this machine: an Electron binary, a display, a Chromium.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { root } from './root.mjs';

const isLinux = process.platform === 'linux';
const electronPackage = join(root, 'node_modules', 'electron');

const electronName = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}[process.platform];

/** Path of an Electron binary, or null: ELECTRON_OVERRIDE_DIST_PATH first, then the package's own. */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const binary = join(override, electronName ?? 'electron');
    return existsSync(binary) ? binary : null;
  }
  try {
    const name = readFileSync(join(electronPackage, 'path.txt'), 'utf8').trim();
    const binary = join(electronPackage, 'dist', name);
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** Folder of the Electron that packages are made from, or null: the same one that `npm start` runs. */
export function findElectronFolder() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = override ? resolve(override) : join(electronPackage, 'dist');
  return findElectron() ? folder : null;
}

/** Asks Electron's package to fetch its binary; true if there is one afterwards. */
export async function fetchElectron() {
  const installer = spawn(process.execPath, [join(electronPackage, 'install.js')], {
    cwd: root,
    stdio: 'ignore',
    timeout: 600_000,
  });
  // Where there is no way to it the answer comes at once, and needs no announcement.
  const slow = setTimeout(() => console.log('Fetching Electron, once ...'), 3000);
  await once(installer, 'exit');
  clearTimeout(slow);
  return findElectron() !== null;
}

export function hasDisplay() {
  return !isLinux || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Chromium refuses to start as root unless its own sandbox is off. */
export function needsNoSandbox() {
  return isLinux && process.getuid() === 0;
}

/** Path of a program on PATH, or null. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/** Path of a Chromium or Chrome, or null: CHROMIUM_PATH first, then PATH and the usual places. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return existsSync(given) ? given : null;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const path = findProgram(name);
    if (path) return path;
  }
  const usual = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
  ];
  return usual.find((path) => existsSync(path)) ?? null;
}
