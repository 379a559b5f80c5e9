// npm run estimates: what Build expects of the scenarios that ship with the lab, beside what they take.
// --only, --every, --time (minutes), --csv
import { join } from 'node:path';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';
import { runInForeground } from './lib/run.mjs';

const campaign = join(root, 'test', 'estimates', 'campaign.ts');
const ended = await runInForeground(labNode(), [campaign, ...process.argv.slice(2)]);
if (ended.error) console.error(ended.error.message);
process.exitCode = ended.exitCode;
