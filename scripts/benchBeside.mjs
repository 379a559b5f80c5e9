// npm run bench:beside -- COMMIT: the engine of an earlier commit and that of the working tree take turns, as
// processes of their own, on streams of `npm run bench`; --rounds, --quick. CPU time, as other programs may run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { labNode } from './lib/node.mjs';
import { root } from './lib/root.mjs';

/** Where most accesses miss, where few do and where none does: stream and limit as a share of the pages. */
const STREAMS = {
  'zipf 0.8, limit 10 %': ['zipf', 0.8, 0.1],
  'zipf 1.0, limit 10 %': ['zipf', 1, 0.1],
  'zipf 1.0, limit 50 %': ['zipf', 1, 0.5],
  'uniform, limit 50 %': ['uniform', 0, 0.5],
  'zipf 0.9, fits': ['zipf', 0.9, 1.25],
};

/** In a process of its own: prints the CPU time of one run in ms, compiler threads included. */
async function measureOnce(folder, stream, pages) {
  const load = (file) => import(pathToFileURL(join(folder, 'src/main/cli/bench', file)).href);
  const [kind, exponent, share] = STREAMS[stream];
  const accesses = pages * (share > 1 ? 20 : 4);
  const { measure } = await load('measure.ts');
  const column = (await load('patterns.ts'))[kind](pages, accesses, exponent);
  const trace = { accesses: column, pages, regions: [{ start: 0, pages }] };
  const before = process.cpuUsage();
  measure(trace, Math.round(pages * share));
  console.log(process.cpuUsage(before).user / 1000);
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr?.trim() || 'git was not found.');
  return stdout.trim();
}

/** A worktree inside the repository, where its packages are found. */
function checkedOut(commit) {
  const hash = git('rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`);
  const folder = join(root, '.cache', 'beside', hash);
  if (!existsSync(folder)) git('worktree', 'add', '--detach', '--force', folder, hash);
  return folder;
}

function timed(folder, stream, pages) {
  const args = [import.meta.filename, '--measure', folder, stream, String(pages)];
  const child = spawnSync(labNode(), args, { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr.trim());
  return Number(child.stdout);
}

function compare(commit, rounds, pages) {
  const before = checkedOut(commit);
  console.log(`User CPU time, medians of ${rounds} rounds; before: ${commit}, after: working tree`);
  try {
    for (const stream of Object.keys(STREAMS)) {
      const times = { before: [], after: [] };
      for (let round = 0; round < rounds; round++) {
        times.before.push(timed(before, stream, pages));
        times.after.push(timed(root, stream, pages));
      }
      const [old, now] = [median(times.before), median(times.after)];
      const speed = (old / now).toFixed(2);
      console.log(`${stream}: ${old.toFixed(0)} ms, ${now.toFixed(0)} ms, speed ${speed}`);
    }
  } finally {
    git('worktree', 'remove', '--force', before);
  }
}

if (process.argv[2] === '--measure') {
  const [folder, stream, pages] = process.argv.slice(3);
  await measureOnce(folder, stream, Number(pages));
} else {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        quick: { type: 'boolean', default: false },
      },
    });
    const rounds = Number(values.rounds);
    if (positionals.length !== 1 || !Number.isInteger(rounds) || rounds < 1)
      throw new Error('Accepted: a commit, --rounds with a whole number from 1, --quick.');
    compare(positionals[0], rounds, values.quick ? 50_000 : 1_000_000);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
