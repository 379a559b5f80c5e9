// What the project is built with may be used and handed out: the license of every locked package is on the
// list, and every package that ends up in the app has its line in docs/dependencies.md.
import { readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Free to use and to pass on, with a notice at most. */
const ACCEPTED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'WTFPL',
];

/** Tools whose licenses ask for more; none of them becomes part of the app. */
const ACCEPTED_OF_TOOLS = [...ACCEPTED, 'CC-BY-4.0', 'MPL-2.0'];

interface Locked {
  license?: string;
  dependencies?: Record<string, string>;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13);

/** Whether an expression such as "(MIT OR CC0-1.0)" leaves a choice that is on the list. */
const allows = (expression: string | undefined, list: readonly string[]) =>
  (expression ?? '')
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => list.includes(each)));

/** Packages that src/ imports, apart from types. */
function imported(): Set<string> {
  const found = new Set<string>();
  for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|svelte)$/.test(file)) continue;
    for (const [, name] of read(join('src', file)).matchAll(
      /^\s*(?:import|export|\}).* from '([^.'][^']*)'/gm,
    )) {
      if (isBuiltin(name!)) continue;
      found.add(
        name!
          .split('/')
          .slice(0, name!.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    }
  }
  return found;
}

/** First column of the table of packages in the document. */
const explained = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)`\s/gm)].map(
  ([, name]) => name!,
);

describe('licenses', () => {
  it('of all locked packages are on the list', () => {
    const others = Object.entries(packages)
      .filter(([path, { license }]) => path !== '' && !allows(license, ACCEPTED_OF_TOOLS))
      .map(([path, { license }]) => `${nameOf(path)}: ${license}`);
    expect(others).toEqual([]);
    expect(Object.keys(packages).length).toBeGreaterThan(100);
  });

  it('of what becomes part of the app are on the shorter list', () => {
    const others = explained.filter(
      (name) => !allows(packages[`node_modules/${name}`]?.license, ACCEPTED),
    );
    expect(others).toEqual([]);
  });
});

it('every package that the sources import is explained, and nothing else is but what these need', () => {
  const needed = imported();
  expect([...needed].filter((name) => !explained.includes(name))).toEqual([]);
  expect(explained.filter((name) => !closureOf(needed).has(name))).toEqual([]);
});

/** Packages with all that they need themselves. */
function closureOf(names: Iterable<string>): Set<string> {
  const found = new Set(names);
  for (const name of found) {
    for (const each of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}))
      found.add(each);
  }
  return found;
}

it('a license that is not on the list is noticed', () => {
  for (const bad of [undefined, 'GPL-3.0-only', 'UNLICENSED', 'MIT AND GPL-2.0-only', 'SSPL-1.0']) {
    expect([bad, allows(bad, ACCEPTED_OF_TOOLS)]).toEqual([bad, false]);
  }
  expect(allows('(GPL-2.0-only OR MIT)', ACCEPTED)).toBe(true);
});
