// Rounds in which a command of `swaplab` is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTrace } from '../../src/main/lab/traces/format.ts';
import { smallScenario } from '../lab/support/scenarios.ts';
import { builtProgram } from './programs.ts';
import type { Random } from './random.ts';
import type { Context, Round } from './round.ts';
import { verify } from './verify.ts';

/** A command takes about so long, ms; the start of the program is a third of it. */
const USUAL = 500;

interface Ended {
  code: number | null;
  stdout: string;
}

async function swaplab(dataDir: string, args: string[], killAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [builtProgram('cli.js'), ...args], {
    env: { ...process.env, SWAPLAB_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  if (killAfter !== undefined) {
    await Promise.race([closed, sleep(killAfter)]);
    child.kill('SIGKILL');
  }
  const [code] = await closed;
  return { code, stdout };
}

const moment = (random: Random) => USUAL * (0.2 + random.next());

export const killRunOrImport: Round = async (context, random) => {
  const { dataDir, ledger, file } = context;
  const path = join(dataDir, '..', 'input.json');
  const isImport = random.next() < 0.5;
  const scenario = smallScenario({ accesses: 20_000, seed: random.below(1000) });
  writeFileSync(path, isImport ? file.text : JSON.stringify(scenario));
  const args = [isImport ? 'import' : 'run', path, '--json'];
  const { code, stdout } = await swaplab(dataDir, args, moment(random));
  if (code === 0) {
    const said = JSON.parse(stdout) as { id: number; run?: { id: number; digest: string } };
    ledger.done.set(said.run?.id ?? said.id, said.run?.digest ?? file.digest);
  }
  if (existsSync(join(dataDir, 'swap-lab.db'))) return await verify(dataDir, ledger);
};

export const killDelete: Round = async ({ dataDir, ledger }, random) => {
  const known = [...ledger.done.keys()];
  if (known.length < 3) return;
  const ids = [...new Set([1, 2, 3].map(() => random.pick(known)))];
  const deleted = random.next() < 0.6;
  ledger.pending = { ids, deleted };
  const args = [deleted ? 'delete' : 'restore', ...ids.map(String)];
  const { code } = await swaplab(dataDir, args, moment(random));
  if (code === 0) {
    for (const id of ids) ledger.deleted.set(id, deleted);
    ledger.pending = undefined;
  }
  return await verify(dataDir, ledger);
};

/** The trace is there whole or not at all, and the next import clears up behind the dead one. */
export const killTraceImport: Round = async (context: Context, random) => {
  const folder = join(context.dataDir, 'traces');
  mkdirSync(folder, { recursive: true });
  const recording = join(context.dataDir, '..', 'recording.txt');
  // No page twice in a row: those would be folded into one access.
  const lines = Array.from({ length: 60_000 }, (_, i) => String((i * 37) % 5000));
  writeFileSync(recording, lines.join('\n'));
  const trace = join(folder, 'recorded.swtrace');
  const args = ['trace', 'import', '--format', 'text', '--quality', '9', '-o', trace, recording];
  const { code } = await swaplab(context.dataDir, args, moment(random));
  if (code === 0 || existsSync(trace)) await readTrace(trace);
  const again = await swaplab(context.dataDir, args);
  if (again.code !== 0) throw new Error(`the import after a kill ended with ${again.code}`);
  const { accesses } = await readTrace(trace);
  if (accesses.length !== lines.length)
    throw new Error(`the trace has ${accesses.length} accesses`);
  const names = readdirSync(folder);
  if (names.length > 1) throw new Error(`left behind: ${names.join(', ')}`);
};
