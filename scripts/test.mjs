// npm test: everything that this machine can test, one line for each thing left out, and a sum at the end.
// SWAPLAB_REQUIRE names what may not be left out ("electron,chromium,packages"): there an omission is a failure.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { e2eCommand, findShells } from './lib/e2e.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { thisNodeIsNewEnough } from './lib/node.mjs';
import { whyNoPackages, withPackages } from './lib/packageTests.mjs';
import { root } from './lib/root.mjs';

const required = (process.env.SWAPLAB_REQUIRE ?? '').split(',').filter(Boolean);
const reports = join(root, 'test-results');
const tool = (...path) => join(root, 'node_modules', ...path);
const leftOut = [];
let passed = 0;
let failed = 0;

function omit(what, reason) {
  leftOut.push(`Left out: ${what}: ${reason}.`);
  if (required.includes(what)) failed += 1;
}

function spawn(program, args, env = {}) {
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status === 0;
}

/** A step that has no tests of its own to count: it counts as one. */
async function step(name, work) {
  console.log(`\n== ${name}`);
  if (await work()) passed += 1;
  else {
    failed += 1;
    console.log(`${name} failed`);
  }
}

/** A vitest suite, counted by its tests. */
function suite(name, projects, run) {
  console.log(`\n== ${name}`);
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const ok = run([
    tool('vitest', 'vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const counted = count(report);
  passed += counted.passed;
  failed += counted.failed;
  if (counted.skipped) {
    leftOut.push(`Left out: ${counted.skipped} skipped tests in ${name}.`);
    if (required.length) failed += 1;
  }
  // Something outside the tests went wrong: an unhandled error, a crash, no report.
  if (!ok && counted.failed === 0) failed += 1;
}

function count(report) {
  let json;
  try {
    json = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  // A file that fails before its first test has no test to count.
  const broken = json.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
  );
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + broken.length,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

if (!thisNodeIsNewEnough) {
  console.error(`The tests need Node 22.14 or newer; this is ${process.version}.`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

mkdirSync(reports, { recursive: true });
await step('lint', () =>
  [
    spawn(process.execPath, [tool('eslint', 'bin', 'eslint.js'), '.']),
    spawn(process.execPath, [
      tool('prettier', 'bin', 'prettier.cjs'),
      '--check',
      '--log-level=warn',
      '.',
    ]),
  ].every(Boolean),
);
await step('check', () =>
  [
    spawn(process.execPath, [
      tool('svelte-check', 'bin', 'svelte-check'),
      '--tsconfig',
      './tsconfig.json',
      '--fail-on-warnings',
    ]),
    spawn(process.execPath, [tool('typescript', 'bin', 'tsc'), '--noEmit']),
  ].every(Boolean),
);
await step('build', async () => {
  try {
    await ensureBuilt({ quiet: true, force: true });
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  }
});
suite('unit', ['unit', 'renderer'], (args) => spawn(process.execPath, args));

const shells = findShells();
for (const { shell, reason } of shells.leftOut) omit(shell, reason);
if (shells.electron || shells.chromium) {
  suite('e2e', ['e2e'], (vitestArgs) => {
    const { program, args, env } = e2eCommand(shells, vitestArgs);
    return spawn(program, args, env);
  });
}

const noPackages = whyNoPackages(shells);
if (noPackages) omit('packages', noPackages);
else {
  await step('package', () =>
    withPackages((packages) => {
      suite('packages', ['package'], (vitestArgs) => {
        const { program, args } = e2eCommand(shells, vitestArgs);
        return spawn(program, args, packages);
      });
      return true;
    }).catch((error) => void console.error(error.message)),
  );
}

console.log('');
for (const line of leftOut) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
// Not by exitCode: electron-builder leaves a hook behind that ends the process with 0.
process.exit(failed === 0 ? 0 : 1);
