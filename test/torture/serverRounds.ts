// Rounds in which a process with a lab and a client is killed: the server or the app, in work or while it opens.
import Sqlite from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endlessScenario, smallScenario } from '../lab/support/scenarios.ts';
import type { Random } from './random.ts';
import type { Round } from './round.ts';
import { startServer, type Victim } from './server.ts';
import { verify } from './verify.ts';
import { Work } from './work.ts';

/** Longest time from the first question to the kill, ms. */
const LONGEST = 700;

type StartVictim = (dataDir: string, events: { runChanged: Work['runChanged'] }) => Promise<Victim>;

/** In the middle of runs, imports and deletions. */
export const killInWork =
  (start: StartVictim): Round =>
  async ({ dataDir, ledger, file }, random) => {
    const work = new Work(random.fork(), ledger, file);
    const victim = await start(dataDir, { runChanged: work.runChanged });
    const busy = work.keepBusy(victim.api).catch((error: Error) => error);
    await sleep(random.next() * LONGEST);
    await victim.kill();
    // Answers that the victim had sent before it died still count.
    await sleep(5);
    work.stop();
    const refused = await Promise.race([busy, sleep(0)]);
    if (refused instanceof Error) throw refused;
    return await verify(dataDir, ledger);
  };

/** While it opens: it purges what was deleted long ago, and takes over what dead ones left. */
export const killInOpening: Round = async ({ dataDir, ledger }, random) => {
  const purged = makeOld(join(dataDir, 'swap-lab.db'));
  for (const id of purged) {
    ledger.done.delete(id);
    ledger.deleted.delete(id);
    ledger.started.delete(id);
  }
  const opening = startServer(dataDir, {}).catch(() => undefined);
  const victim = await Promise.race([opening, sleep(100 + random.next() * 400)]);
  await killWhenever(victim, opening);
  return await verify(dataDir, ledger);
};

async function killWhenever(
  victim: Victim | undefined | void,
  opening: Promise<Victim | undefined>,
): Promise<void> {
  await (victim ?? (await opening))?.kill();
}

/** Two servers on one database: the end of one is none of the other's business. */
export const killOneOfTwo: Round = async ({ dataDir, ledger, file }, random) => {
  const survivorRuns = new Map<number, string>();
  const survivor = await startServer(dataDir, {
    runChanged: (run) => {
      if (run.status === 'done') survivorRuns.set(run.id, run.digest as string);
    },
  });
  try {
    const scenario = smallScenario({ accesses: 300_000 });
    const { id } = await survivor.api.startRun({ scenario });
    const endless = await survivor.api.startRun({ scenario: endlessScenario() });
    await killInWorkBeside(dataDir, { dataDir, ledger, file }, random);
    for (let wait = 0; !survivorRuns.has(id); wait++) {
      if (wait === 600) throw new Error('the run of the lab that lived on has not ended');
      await sleep(50);
    }
    ledger.done.set(id, survivorRuns.get(id) as string);
    const { status } = await survivor.api.getRun(endless.id);
    if (status !== 'running') throw new Error(`the other run of the survivor is ${status}`);
  } finally {
    await survivor.kill();
  }
  return await verify(dataDir, ledger);
};

async function killInWorkBeside(
  dataDir: string,
  context: Parameters<Round>[0],
  random: Random,
): Promise<void> {
  const work = new Work(random.fork(), context.ledger, context.file);
  const victim = await startServer(dataDir, { runChanged: work.runChanged });
  void work.keepBusy(victim.api).catch(() => undefined);
  await sleep(random.next() * LONGEST);
  await victim.kill();
  await sleep(5);
  work.stop();
  await verify(dataDir, context.ledger, { beside: true });
}

/** Puts every second deletion so far back that the next start purges it; gives the runs' ids. */
function makeOld(file: string): number[] {
  if (!existsSync(file)) return [];
  const database = new Sqlite(file);
  if (database.pragma('user_version', { simple: true }) === 0) {
    database.close();
    return [];
  }
  const ids = database
    .prepare<[], number>(
      'UPDATE runs SET deleted_at = 1 WHERE deleted_at IS NOT NULL AND id % 2 = 0 RETURNING id',
    )
    .pluck()
    .all();
  database.close();
  return ids;
}
