// Proves that lint fails when an arrow between the layers is broken or the engine touches its host.
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import ts from 'typescript-eslint';

const eslint = new ESLint({
  // The files are invented, so the rules that ask TypeScript for types have nothing to ask about.
  overrideConfig: [{ files: ['src/**/*.ts'], ...ts.configs.disableTypeChecked }],
});

async function rulesBrokenBy(code: string, filePath: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const fatal = result.messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${filePath}: ${fatal.message}`);
  return result.messages
    .map((message) => message.ruleId ?? '')
    .filter((rule) => rule.startsWith('swap-lab/') || rule.startsWith('no-restricted-'));
}

const ARROW = 'swap-lab/arrows';
const renderer = 'src/renderer/lib/fake.ts';
const engine = 'src/engine/tiers/fake.ts';
const scenario = 'src/engine/scenario/fake.ts';
const lab = 'src/main/lab/fake.ts';
const serve = 'src/main/serve/fake.ts';
const cli = 'src/main/cli/fake.ts';
const shell = 'src/main/fake.ts';
const preload = 'src/preload/fake.ts';

describe('a broken arrow fails lint', () => {
  it.each([
    ['the engine imports a package', engine, `import { z } from 'zod'; z();`],
    ['the engine imports a Node module', engine, `import fs from 'node:fs'; fs.rmSync('x');`],
    [
      'the engine imports the lab',
      engine,
      `import { createLab } from '../../main/lab'; createLab();`,
    ],
    [
      'the engine imports a type of the lab',
      engine,
      `import type { Lab } from '../../main/lab'; export type L = Lab;`,
    ],
    ['the engine re-exports the renderer', engine, `export * from '../../renderer/lib/x';`],
    ['the engine imports resources', engine, `import x from '../../../resources/x.json'; x();`],
    [
      'the engine reaches node_modules by path',
      engine,
      `import x from '../../../node_modules/zod/index.js'; x();`,
    ],
    ['the engine imports lazily', engine, `export const x = import('node:os');`],
    ['the engine imports lazily by template', engine, 'export const x = import(`node:os`);'],
    [
      'the engine imports a name computed at run time',
      engine,
      `export const x = (n: string) => import(n);`,
    ],
    ['the engine names a type of a package', engine, `export type X = import('node:fs').Stats;`],
    ['the engine requires', engine, `export const x = require('node:os');`],
    ['the scenario schema imports another package', scenario, `import x from 'birpc'; x();`],
    [
      'the scenario schema imports the lab',
      scenario,
      `import x from '../../main/lab/contract'; x();`,
    ],
    ['the lab imports Electron', lab, `import { app } from 'electron'; app.quit();`],
    ['the lab imports a part of Electron', lab, `import { app } from 'electron/main'; app.quit();`],
    ['the lab imports the windows', lab, `import x from '../windows'; x();`],
    ['the lab imports the command line', lab, `import x from '../cli/run'; x();`],
    ['the lab imports the renderer', lab, `import x from '../../renderer/x'; x();`],
    ['the server imports Electron', serve, `import { app } from 'electron'; app.quit();`],
    ['the server imports the Electron shell', serve, `import x from '../windows'; x();`],
    ['the command line imports Electron', cli, `import { app } from 'electron'; app.quit();`],
    ['the command line imports the Electron shell', cli, `import x from '../index'; x();`],
    ['the shell imports the engine', shell, `import { run } from '../engine/run'; run();`],
    ['the shell imports the renderer', shell, `import x from '../renderer/x'; x();`],
    [
      'the preload imports a value of the contract',
      preload,
      `import { x } from '../main/lab/contract'; x();`,
    ],
    ['the preload imports a package', preload, `import x from 'birpc'; x();`],
    [
      'the renderer imports a value of the contract',
      renderer,
      `import { x } from '../../main/lab/contract'; x();`,
    ],
    [
      'the renderer imports one value among types',
      renderer,
      `import { type X, y } from '../../main/lab/contract'; export const z: X = y;`,
    ],
    [
      'the renderer runs the contract for its effects',
      renderer,
      `import '../../main/lab/contract';`,
    ],
    [
      'the renderer imports another type of the lab',
      renderer,
      `import type { X } from '../../main/lab/db'; export type Y = X;`,
    ],
    ['the renderer imports the engine', renderer, `import { run } from '../../engine/run'; run();`],
    [
      'the renderer imports a type of the engine',
      renderer,
      `import type { R } from '../../engine/run'; export type S = R;`,
    ],
    ['the renderer imports the preload', renderer, `import x from '../../preload/index'; x();`],
    [
      'the renderer imports Electron',
      renderer,
      `import { ipcRenderer } from 'electron'; ipcRenderer.send('x');`,
    ],
    ['the renderer imports Node', renderer, `import fs from 'fs'; fs.rmSync('x');`],
    ['the renderer imports the database', renderer, `import D from 'better-sqlite3'; new D('x');`],
  ])('%s', async (_what, file, code) => {
    expect(await rulesBrokenBy(code, file)).toContain(ARROW);
  });

  it('in a Svelte component too', async () => {
    const component = `<script lang="ts">\n  import { run } from '../engine/run';\n  run();\n</script>\n`;
    expect(await rulesBrokenBy(component, 'src/renderer/Fake.svelte')).toContain(ARROW);
  });
});

describe('an arrow that runs the right way passes', () => {
  it.each([
    ['the engine imports itself', engine, `import { x } from '../swap/slots'; x();`],
    ['the scenario schema imports zod', scenario, `import { z } from 'zod'; z.string();`],
    ['the lab imports the engine', lab, `import { run } from '../../engine/run'; run();`],
    ['the lab starts its worker', lab, `import start from './worker?nodeWorker'; start({});`],
    ['the lab imports the database', lab, `import D from 'better-sqlite3'; new D('x');`],
    ['the server imports the lab', serve, `import { createLab } from '../lab'; createLab();`],
    ['the command line imports the server', cli, `import { serve } from '../serve'; serve();`],
    [
      'the shell imports Electron and the lab',
      shell,
      `import { app } from 'electron'; import { createLab } from './lab'; app.once('ready', createLab);`,
    ],
    [
      'the preload imports Electron',
      preload,
      `import { contextBridge } from 'electron'; contextBridge.exposeInMainWorld('x', 1);`,
    ],
    [
      'the renderer imports types of the contract',
      renderer,
      `import type { Run } from '../../main/lab/contract'; export type R = Run;`,
    ],
    [
      'the renderer imports the scenario schema',
      renderer,
      `import { parse } from '../../engine/scenario/schema'; parse();`,
    ],
    [
      'the renderer imports a package of the browser',
      renderer,
      `import { Chart } from 'chart.js'; new Chart();`,
    ],
  ])('%s', async (_what, file, code) => {
    expect(await rulesBrokenBy(code, file)).toEqual([]);
  });
});

describe('an engine that touches its host fails lint', () => {
  it.each([
    'Math.random()',
    'Date.now()',
    'new Date()',
    'performance.now()',
    'console.log(1)',
    'process.cwd()',
    'globalThis.Date.now()',
    'crypto.randomUUID()',
    'setTimeout(() => 1, 1)',
    'setImmediate(() => 1)',
    'queueMicrotask(() => 1)',
    'fetch("http://x")',
  ])('%s', async (expression) => {
    expect(await rulesBrokenBy(`export const x = ${expression};`, engine)).not.toEqual([]);
  });

  it('but the same words are fine outside the engine', async () => {
    expect(await rulesBrokenBy('export const x = Date.now();', lab)).toEqual([]);
  });
});
