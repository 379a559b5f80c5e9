// `npm run torture -- --long`: 500 runs in a session, a day at the queue, and a library of 10,000.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFile } from './campaign.ts';
import { day } from './day.ts';
import { library, session } from './longUse.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean' },
    runs: { type: 'string', default: '500' },
    saved: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '20261121' },
  },
});
const parent = mkdtempSync(join(tmpdir(), 'swap-lab-torture-'));
console.log(`Long use, ${new Date().toISOString()}`);
const one = await session(join(parent, 'session'), Number(values.runs));
console.log(
  `${one.done} runs in a session, ${Math.round(one.ms / 1000)} s: heap ${one.early.heap} MiB after a tenth, ` +
    `${one.late.heap} at the end; process ${one.early.rss} and ${one.late.rss} MiB`,
);
const seed = Number(values.seed);
const queue = await day(join(parent, 'day'), seed);
console.log(
  `A day at the queue, seed ${seed}, ${Math.round(queue.ms / 1000)} s: ${queue.acts} acts, ${queue.refused} of them too late, ` +
    `${queue.runs} runs, ${queue.done} done and ${queue.cancelled} cancelled; heap ${queue.early.heap} MiB after three hours, ` +
    `${queue.late.heap} at the end; process ${queue.early.rss} and ${queue.late.rss} MiB`,
);
const { text } = await runFile(2000);
const many = await library(join(parent, 'library'), Number(values.saved), text);
console.log(
  `${many.runs} saved runs, ${many.fileMiB} MiB: opened in ${many.open} ms, a page of the list in ${many.list} ms, ` +
    `a search in ${many.search} ms, a run in ${many.get} ms; heap ${many.memory.heap} MiB, process ${many.memory.rss} MiB`,
);
rmSync(parent, { recursive: true, maxRetries: 5 });
process.exit();
