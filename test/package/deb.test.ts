// The Debian package: installed by dpkg into a root folder of its own, started from there, removed, and
// what its user made stays. dpkg's own checks of dependencies are in depends.test.ts.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeHome, startApp } from '../e2e/packaged.ts';

const deb = process.env.SWAPLAB_DEB!;
const SETUID = 0o4000;

let base: string;
let root: string;

const dpkg = (...args: string[]) =>
  execFileSync('dpkg', [`--root=${root}`, '--force-depends', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const at = (path: string) => join(root, path);

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'swap-lab-installed-'));
  chmodSync(base, 0o755);
  root = join(base, 'root');
  mkdirSync(join(root, 'var/lib/dpkg/updates'), { recursive: true });
  mkdirSync(join(root, 'var/lib/dpkg/info'));
  dpkg('--install', deb);
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }));

it('is installed with a command, a menu entry, its kinds of files, and icons', () => {
  expect(dpkg('--status', 'swap-lab')).toContain('Status: install ok installed');
  expect(statSync(at('usr/bin/swap-lab')).isFile()).toBe(true);
  const entry = readFileSync(at('usr/share/applications/swap-lab.desktop'), 'utf8');
  expect(entry).toContain('\nExec=swap-lab %F\n');
  expect(entry).toContain(
    '\nMimeType=application/x-swap-lab-scenario;application/x-swap-lab-run;\n',
  );
  const mime = readFileSync(at('usr/share/mime/packages/swap-lab.xml'), 'utf8');
  expect(mime).toContain('<glob pattern="*.swscenario"/>');
  expect(mime).toContain('<glob pattern="*.swrun"/>');
  for (const size of [16, 48, 128, 512]) {
    expect(existsSync(at(`usr/share/icons/hicolor/${size}x${size}/apps/swap-lab.png`))).toBe(true);
  }
});

it('belongs to root, and nobody else may write to it', () => {
  const helper = statSync(at('usr/lib/swap-lab/chrome-sandbox'));
  expect([helper.uid, helper.mode & 0o7777]).toEqual([0, SETUID | 0o755]);
  const found = execFileSync('find', [
    root,
    '-path',
    '*swap-lab*',
    '-perm',
    '/022',
    '!',
    '-type',
    'l',
  ]);
  expect(found.toString()).toBe('');
});

it('asks for the packages whose libraries it loads', () => {
  const depends = execFileSync('dpkg-deb', ['--field', deb, 'Depends'], { encoding: 'utf8' });
  const wanted = new Set(depends.split(/[,|]/).map((each) => each.trim().split(' ')[0]));
  const libraries = execFileSync('ldd', [at('usr/lib/swap-lab/swap-lab')], { encoding: 'utf8' });
  const direct = execFileSync('objdump', ['-p', at('usr/lib/swap-lab/swap-lab')], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const owners = [...direct.matchAll(/NEEDED\s+(\S+)/g)].flatMap(([, name]) => {
    const path = new RegExp(`^\\s*${name!.replaceAll('.', '\\.')} => (\\S+)`, 'm').exec(
      libraries,
    )?.[1];
    if (!path || path.startsWith(root)) return [];
    return [ownerOf(path)];
  });
  expect(owners.filter((owner) => !wanted.has(owner))).toEqual([]);
});

/** The Debian package that a file of this machine came with. */
function ownerOf(path: string): string {
  for (const name of [path, path.replace(/^\/lib/, '/usr/lib'), path.replace(/^\/usr/, '')]) {
    try {
      const output = execFileSync('dpkg-query', ['--search', name], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return output.toString().split(':', 1)[0]!;
    } catch {
      continue;
    }
  }
  return `nobody (${path})`;
}

it('starts, is removed, and leaves what its user made', async () => {
  const home = join(base, 'home');
  const app = await startApp(at('usr/bin/swap-lab'), makeHome(home));
  await app.page.keyboard.press('Control+Enter');
  await app.page.getByRole('main').getByText('done', { exact: true }).first().waitFor();
  expect(await app.quit()).toBe(0);

  dpkg('--purge', 'swap-lab');
  expect(existsSync(at('usr/lib/swap-lab'))).toBe(false);
  expect(existsSync(at('usr/bin/swap-lab'))).toBe(false);
  expect(existsSync(join(home, '.local/share/swap-lab/swap-lab.db'))).toBe(true);
});
