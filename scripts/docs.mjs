// npm run docs: brings the tables of docs/scenario.md up to date with the scenario schema.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';

const MARKER = /^<!-- fields.*-->$/m;

const file = join(root, 'docs', 'scenario.md');
const [before, ...rest] = readFileSync(file, 'utf8').split(MARKER);
const marker = MARKER.exec(readFileSync(file, 'utf8'))?.[0];
if (rest.length !== 1 || !marker) throw new Error(`${file} needs one line "<!-- fields ... -->".`);
const tables = execFileSync(
  labNode(),
  [join(root, 'scripts', 'swaplab.mjs'), 'schema', '--markdown'],
  { encoding: 'utf8' },
);
writeFileSync(file, `${before}${marker}\n\n${tables.trim()}\n`);
