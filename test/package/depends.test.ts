// Whether dpkg takes the package on the systems that it is for: its own check of dependencies, against the names
// that each system has. What it cannot show is that the libraries behind these names work there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const deb = process.env.SWAPLAB_DEB!;

/** Renamed when time_t became 64 bits wide, in Debian 13 and Ubuntu 24.04. */
const RENAMED = [
  'libasound2',
  'libatk-bridge2.0-0',
  'libatk1.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libglib2.0-0',
  'libgtk-3-0',
];
/** The same on all four. */
const UNCHANGED = [
  ...['libc6', 'libcairo2', 'libdbus-1-3', 'libexpat1', 'libgbm1', 'libgcc-s1', 'libnspr4'],
  ...['libnss3', 'libpango-1.0-0', 'libudev1', 'libx11-6', 'libxcb1', 'libxcomposite1'],
  ...['libxdamage1', 'libxext6', 'libxfixes3', 'libxkbcommon0', 'libxrandr2'],
];
const OLD = [...UNCHANGED, ...RENAMED];
const NEW = [...UNCHANGED, ...RENAMED.map((name) => `${name}t64`)];

/** By the version of libc6, which is the one that has a bound. */
const SYSTEMS = [
  { system: 'Ubuntu 22.04', libc: '2.35-0ubuntu3', names: OLD },
  { system: 'Debian 12', libc: '2.36-9', names: OLD },
  { system: 'Ubuntu 24.04', libc: '2.39-0ubuntu8', names: NEW },
  { system: 'Debian 13', libc: '2.41-12', names: NEW },
];

let base: string;
/** The package without its files: dpkg asks nothing else of it. */
let empty: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'swap-lab-depends-'));
  const tree = join(base, 'tree');
  mkdirSync(tree);
  execFileSync('dpkg-deb', ['--control', deb, join(tree, 'DEBIAN')]);
  rmSync(join(tree, 'DEBIAN', 'md5sums'), { force: true });
  empty = join(base, 'empty.deb');
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', tree, empty], { stdio: 'ignore' });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Installs it where these packages are; gives what dpkg said. */
function install(names: readonly string[], libc: string): { ok: boolean; said: string } {
  const root = mkdtempSync(join(base, 'root-'));
  const state = join(root, 'var/lib/dpkg');
  for (const folder of ['updates', 'info']) mkdirSync(join(state, folder), { recursive: true });
  const stanza = (name: string) =>
    `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: nobody\n` +
    `Version: ${name === 'libc6' ? libc : '99'}\nDescription: here\n`;
  writeFileSync(join(state, 'status'), names.map(stanza).join('\n'));
  for (const name of names) writeFileSync(join(state, 'info', `${name}.list`), '/.\n');
  try {
    const said = execFileSync('dpkg', [`--root=${root}`, '--install', empty], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { ok: true, said };
  } catch (error) {
    return { ok: false, said: (error as { stderr: string }).stderr };
  }
}

it.each(SYSTEMS)('dpkg installs it with the packages of $system', ({ libc, names }) => {
  expect(install(names, libc)).toMatchObject({ ok: true });
});

it.each([
  ['before', OLD],
  ['after', NEW],
])('dpkg refuses it where any of them is missing, %s they were renamed', (_when, names) => {
  for (const name of names) {
    const { ok, said } = install(
      names.filter((each) => each !== name),
      '2.36-9',
    );
    expect(ok).toBe(false);
    expect(said).toContain(`depends on ${name.replace(/t64$/, '')}`);
  }
});

it('dpkg refuses it where libc6 is older than what the binary asks for', () => {
  expect(install(OLD, '2.24-1')).toMatchObject({
    ok: false,
    said: expect.stringContaining('depends on libc6 (>= 2.25)') as string,
  });
});
