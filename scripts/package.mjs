// npm run package: makes the packages that this machine can make, in dist-app/, and says of each of the
// others in a line why not.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import config from '../electron-builder.config.mjs';
import { buildDeb } from './lib/deb.mjs';
import { fetchElectron, findElectron, findElectronFolder, findProgram } from './lib/hosts.mjs';
import { root } from './lib/root.mjs';
import { buildTargets, buildUnpacked } from './lib/unpacked.mjs';

const { name, version, devDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const output = join(root, config.directories.output);
const missing = [];

const SYSTEMS = { linux: config.linux, win32: config.win, darwin: config.mac };
const TITLES = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };

/** What of a target is in no npm package and no package of Debian, and the variable that names a folder with it. */
const FETCHED = {
  AppImage: {
    what: 'the runtime that is its first part comes with tools',
    folder: 'APPIMAGE_TOOLS_PATH',
  },
};

/** Why a target cannot be made on another system than its own. */
const ELSEWHERE = {
  nsis: 'made on Windows; here it would need an Electron for Windows, which only github.com has',
  dmg: 'made on macOS: its image is written by tools of that system',
  zip: 'made on macOS, where it is signed; here it would need an Electron for macOS, which only github.com has',
};

/** Why the tools that electron-builder fetches cannot be had, or null. */
async function whyNoTools(target) {
  const { what = 'its tools come', folder } = FETCHED[target] ?? {};
  if (folder && process.env[folder]) return null;
  try {
    await fetch('https://github.com', { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
    return null;
  } catch (error) {
    const instead = folder ? `; ${folder} may name a folder that has them` : '';
    return `${what} from github.com, which cannot be reached (${error.cause?.code ?? error.message})${instead}`;
  }
}

/** A tar.gz by the system's tar: electron-builder's own needs a 7-Zip that it fetches. */
function buildTarball(unpacked) {
  const base = `${name}-${version}-linux-${process.arch}`;
  const { status } = spawnSync(
    'tar',
    [
      '--create',
      '--gzip',
      `--file=${join(output, `${base}.tar.gz`)}`,
      '--owner=0',
      '--group=0',
      '--sort=name',
      `--transform=s,^[.],${base},`,
      `--directory=${unpacked}`,
      '.',
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`tar ended with code ${status}`);
}

/** Makes one target, or writes down why it was not made. */
async function attempt(target, work) {
  try {
    await work();
  } catch (error) {
    missing.push(`${target}: ${error.message.split('\n', 1)[0]}`);
  }
}

async function buildByElectronBuilder(target, unpacked) {
  const reason = await whyNoTools(target);
  if (reason) throw new Error(reason);
  await buildTargets([target], { output, unpacked });
}

async function main() {
  if (!findElectron() && !(await fetchElectron())) {
    throw new Error(
      'No Electron can be had here: it comes from github.com. ELECTRON_OVERRIDE_DIST_PATH names a folder with one.',
    );
  }
  rmSync(output, { recursive: true, force: true });
  const unpacked = await buildUnpacked(output);
  const ownTools = {
    'tar.gz': () => buildTarball(unpacked),
    ...(findProgram('dpkg-deb') && {
      deb: () => buildDeb({ unpacked, version, output, compression: ['-Zxz', '-z3'] }),
    }),
  };
  for (const [system, { target }] of Object.entries(SYSTEMS)) {
    for (const each of target) {
      if (system !== process.platform)
        missing.push(`${each} (${TITLES[system]}): ${ELSEWHERE[each]}`);
      else await attempt(each, ownTools[each] ?? (() => buildByElectronBuilder(each, unpacked)));
    }
  }

  console.log('');
  console.log(`Built: ${unpacked}`);
  for (const file of readdirSync(output)) {
    const { size } = statSync(join(output, file));
    if (/\.(AppImage|deb|tar\.gz|exe|dmg|zip)$/.test(file)) {
      console.log(`Built: ${join(output, file)} (${Math.round(size / 1e6)} MB)`);
    }
  }
  for (const line of missing) console.log(`Not built: ${line}.`);
  const electron = readFileSync(join(findElectronFolder(), 'version'), 'utf8').trim();
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH || electron !== devDependencies.electron) {
    console.log(
      `These hold Electron ${electron} from a folder of this machine, not ${devDependencies.electron} from its makers: for tests only, never to be handed out.`,
    );
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
