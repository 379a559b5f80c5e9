// Runs the end-to-end tests in every shell that this machine has: the real Electron and a real Chromium.
import { findChromium, findElectron, findProgram, hasDisplay } from './hosts.mjs';

/** What the tests can run in, and for each thing missing why, in one plain line. */
export function findShells() {
  const leftOut = [];
  const electron = findElectron();
  const xvfb = hasDisplay() ? null : findProgram('xvfb-run');
  let electronReason = null;
  if (!electron) electronReason = 'no Electron binary (npm start fetches it)';
  else if (!hasDisplay() && !xvfb) electronReason = 'no display and no xvfb-run';
  if (electronReason) leftOut.push({ shell: 'electron', reason: electronReason });

  const chromium = findChromium();
  if (!chromium)
    leftOut.push({ shell: 'chromium', reason: 'no Chromium (CHROMIUM_PATH names one)' });

  return { electron: electronReason ? null : electron, chromium, xvfb, leftOut };
}

/**
 * The command that runs vitest's e2e suite in the shells found.
 * @returns {{ program: string, args: string[], env: Record<string, string> }}
 */
export function e2eCommand(shells, vitestArgs) {
  const command = [process.execPath, ...vitestArgs];
  const wrapper =
    shells.electron && shells.xvfb ? [shells.xvfb, '-a', '-s', '-screen 0 1920x1200x24'] : [];
  const [program, ...args] = [...wrapper, ...command];
  return {
    program,
    args,
    env: {
      ...(shells.electron && { SWAPLAB_ELECTRON: shells.electron }),
      ...(shells.chromium && { SWAPLAB_CHROMIUM: shells.chromium }),
    },
  };
}
