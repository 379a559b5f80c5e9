// npm run simulate: random scenarios through the engine with every invariant checked; --count, --seed, --time.
import { join } from 'node:path';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';
import { runInForeground } from './lib/run.mjs';

const campaign = join(root, 'test', 'engine', 'invariants', 'campaign.ts');
const ended = await runInForeground(labNode(), [campaign, ...process.argv.slice(2)]);
if (ended.error) console.error(ended.error.message);
process.exitCode = ended.exitCode;
