// The Electron that releases are built with is one exact version, the same wherever it is named. Whether it is
// still a current one only its makers can tell: docs/releasing.md has the command.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

it('is pinned to one released version, which is the locked and the installed one', () => {
  const pin = json('package.json').devDependencies.electron as string;
  // No range, no tag, no address, no preview of a version to come.
  expect(pin).toMatch(/^\d+\.\d+\.\d+$/);
  const { packages } = json('package-lock.json');
  expect(packages[''].devDependencies.electron).toBe(pin);
  expect(packages['node_modules/electron'].version).toBe(pin);
  expect(packages['node_modules/electron'].integrity).toMatch(/^sha512-/);
  expect(json('node_modules/electron/package.json').version).toBe(pin);
});

it('is there once: no package brings another', () => {
  const { packages } = json('package-lock.json');
  const others = Object.keys(packages).filter((path) => /node_modules\/electron$/.test(path));
  expect(others).toEqual(['node_modules/electron']);
});
