// Runs what needs a shell: npm run e2e (the end-to-end tests), npm run screenshots (a picture of every
// screen), npm run bench:screens (how fast they are). Arguments go to vitest (`npm run e2e -- security`).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { e2eCommand, findShells } from './lib/e2e.mjs';
import { root } from './lib/root.mjs';

try {
  await ensureBuilt({ quiet: true });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
const SUITES = ['e2e', 'screenshots', 'bench'];
const [first = '', ...rest] = process.argv.slice(2);
const suite = SUITES.find((name) => first === `--suite=${name}`);
const shells = findShells();
for (const { shell, reason } of shells.leftOut) console.log(`Left out: ${shell}: ${reason}.`);
if (!shells.electron && !shells.chromium) process.exit(1);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { program, args, env } = e2eCommand(shells, [
  vitest,
  'run',
  '--project',
  suite ?? 'e2e',
  ...(suite ? rest : process.argv.slice(2)),
]);
const { status } = spawnSync(program, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...env },
});
process.exitCode = status ?? 1;
