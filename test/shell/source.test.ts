// What the sources of the desktop shell may not contain, because a mistake there would not show in use.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const sources = ['src/main', 'src/preload'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${folder}/${file}`, readFileSync(join(root, folder, file), 'utf8')] as const),
);
const filesWith = (pattern: RegExp) =>
  sources.filter(([, text]) => pattern.test(text)).map(([file]) => file);

it('opens nothing outside, and a folder in the menu alone', () => {
  expect(filesWith(/openExternal/)).toEqual([]);
  expect(filesWith(/shell\.openPath/)).toEqual(['src/main/menu.ts']);
});

it('switches none of the protections off', () => {
  const off =
    /allowRunningInsecureContent|experimentalFeatures|[eE]nableBlinkFeatures|allowpopups|webSecurity: false|sandbox: false|contextIsolation: false|nodeIntegration\w*: true|disable-web-security/;
  expect(filesWith(off)).toEqual([]);
});

it('loads nothing by an address of another scheme than its own', () => {
  expect(filesWith(/loadFile\(|loadURL\((?!PAGE_URL\))/)).toEqual([]);
});
