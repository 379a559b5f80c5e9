// Makes the unpacked app with electron-builder: a folder that runs as it is, and that every package is made of.
import { build, Platform } from 'electron-builder';
import { join } from 'node:path';
import config from '../../electron-builder.config.mjs';
import { ensureBuilt } from './build.mjs';
import { root } from './root.mjs';

const UNPACKED = { linux: 'linux-unpacked', win32: 'win-unpacked', darwin: 'mac' }[
  process.platform
];

/**
 * Makes the targets that electron-builder can make on this system, such as `dir` or `dmg`.
 * @param {{ output: string, unpacked?: string }} options output: folder for the results;
 *   unpacked: the app's folder, where there is one already
 */
export async function buildTargets(targets, { output, unpacked }) {
  return build({
    projectDir: root,
    targets: Platform.current().createTarget(targets),
    ...(unpacked && { prepackaged: unpacked }),
    config: { ...config, directories: { ...config.directories, output } },
  });
}

/** Builds the app and unpacks it under `output`; returns its folder. */
export async function buildUnpacked(output) {
  await ensureBuilt({ quiet: true });
  await buildTargets(['dir'], { output });
  const arch = process.arch === 'x64' ? '' : `-${process.arch}`;
  return join(output, UNPACKED.replace(/^(\w+)/, `$1${arch}`));
}
