// What is in the packaged app: its fuses as they stand in the binary, nothing for another system, no Node.
import { getCurrentFuseWire, FuseV1Options } from '@electron/fuses';
import { extractFile, listPackage } from '@electron/asar';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const binary = process.env.SWAPLAB_PACKAGED!;
const folder = dirname(binary);
const MB = 1e6;
/** In the binary's fuse wire a fuse that is on is the character 1. */
const ON = '1'.charCodeAt(0);

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
const archive = join(folder, 'resources/app.asar');
const inside = listPackage(archive, { isPack: false });

it('has its fuses flipped', async () => {
  const wire = await getCurrentFuseWire(binary);
  const state = Object.fromEntries(
    Object.entries(FuseV1Options)
      .filter(([, index]) => typeof index === 'number')
      .map(([name, index]) => [name, wire[index as FuseV1Options] === ON]),
  );
  expect(state).toEqual({
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  });
});

it('has one native module, the one for this system', () => {
  const native = [...files, ...inside].filter((file) => file.endsWith('.node'));
  const wanted = `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`;
  expect(new Set(native.map((file) => file.slice(file.indexOf('node_modules'))))).toEqual(
    new Set([wanted]),
  );
});

it('has of the packages only what the main process loads, no sources and no Node', () => {
  const packages = inside.flatMap((file) => /^\/node_modules\/([^/]+)$/.exec(file)?.[1] ?? []);
  expect(packages).toEqual(['better-sqlite3']);
  const tops = inside.flatMap((file) => /^\/([^/]+)$/.exec(file)?.[1] ?? []);
  expect(tops.sort()).toEqual(['node_modules', 'out', 'package.json', 'resources']);
  const foreign = /\.(ts|svelte|map|c|cpp|h|gyp)$|\/(src|test|docs)\/|(^|\/)node$/;
  expect([...files, ...inside].filter((file) => foreign.test(file))).toEqual([]);
});

it('brings the licenses of all that was bundled, which docs/dependencies.md explains', () => {
  const bundled = ['out/main/licenses.txt', 'out/renderer/licenses.txt']
    .map((file) => extractFile(archive, file).toString())
    .flatMap((text) => [...text.matchAll(/^Package: (\S+) \S+ \((\S+)\)$/gm)]);
  const page = readFileSync(join(import.meta.dirname, '../../docs/dependencies.md'), 'utf8');
  const explained = [...page.matchAll(/^\| `([^`]+)`\s/gm)].map(([, name]) => name);
  const loaded = ['electron', 'better-sqlite3'];
  expect(new Set([...loaded, ...bundled.map(([, name]) => name)])).toEqual(new Set(explained));
  expect(files).toContain('LICENSE.electron.txt');
  expect(files).toContain('LICENSES.chromium.html');
});

it('is no larger than it was', () => {
  const sizes = files.map((file) => statSync(join(folder, file)).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const own = statSync(archive).size;
  console.log(
    `Unpacked: ${Math.round(total / MB)} MB, of which the app without Electron ${(own / MB).toFixed(1)} MB.`,
  );
  expect(total).toBeLessThan(330 * MB);
  expect(own).toBeLessThan(6 * MB);
});
