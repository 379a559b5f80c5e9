// Builds packages to be tested and deletes them afterwards: they hold whatever Electron this machine has.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findElectronFolder, findProgram } from './hosts.mjs';
import { root } from './root.mjs';

/** Why the packages cannot be tested here, in one plain line, or null. */
export function whyNoPackages(shells) {
  if (process.platform !== 'linux') return 'the tests of the packages are for Linux';
  if (!shells.electron) return 'they need what the desktop app needs';
  if (!findProgram('dpkg-deb') || !findProgram('dpkg')) return 'no dpkg';
  if (!findProgram('objdump')) return 'no objdump (binutils)';
  if (process.getuid() !== 0) return 'installing a package needs root';
  return null;
}

/** Builds the unpacked app and a Debian package of it, and removes both after `test`. */
export async function withPackages(test) {
  const { buildDeb } = await import('./deb.mjs');
  const { buildUnpacked } = await import('./unpacked.mjs');
  const output = mkdtempSync(join(tmpdir(), 'swap-lab-package-'));
  // The app is started as a user who owns nothing here.
  chmodSync(output, 0o755);
  try {
    const unpacked = await buildUnpacked(output);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const deb = buildDeb({ unpacked, version, output, compression: ['-Zgzip', '-z1'] });
    return await test({
      SWAPLAB_PACKAGED: join(unpacked, 'swap-lab'),
      SWAPLAB_PACKED_FROM: findElectronFolder(),
      SWAPLAB_DEB: deb,
    });
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
