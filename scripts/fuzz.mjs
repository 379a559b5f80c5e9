// npm run fuzz: feeds changed inputs to what reads files and messages; --target (part of a name),
// --time (seconds a target), --runs, --seed, --keep (adds to the corpus in the repository).
import { join } from 'node:path';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';
import { runInForeground } from './lib/run.mjs';

const args = [join(root, 'test', 'fuzz', 'main.ts'), ...process.argv.slice(2)];
const ended = await runInForeground(labNode(), args);
if (ended.error) console.error(ended.error.message);
process.exitCode = ended.exitCode;
