// npm run package:test: builds packages, tests them as they would be handed out, deletes them. Arguments go
// to vitest (`npm run package:test -- deb`).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { e2eCommand, findShells } from './lib/e2e.mjs';
import { whyNoPackages, withPackages } from './lib/packageTests.mjs';
import { root } from './lib/root.mjs';

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const shells = findShells();

async function main() {
  const reason = whyNoPackages(shells);
  if (reason) throw new Error(`The packages cannot be tested here: ${reason}.`);
  return withPackages((packages) => {
    const { program, args } = e2eCommand(shells, [
      vitest,
      'run',
      '--project',
      'package',
      ...process.argv.slice(2),
    ]);
    const env = { ...process.env, ...packages };
    const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env });
    return status ?? 1;
  });
}

// Not by exitCode: electron-builder leaves a hook behind that ends the process with 0.
main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
