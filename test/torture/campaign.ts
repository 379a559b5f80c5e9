// A campaign: so many rounds drawn from a seed, in folders that serve some of them each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLab } from '../../src/main/lab/index.ts';
import { smallScenario } from '../lab/support/scenarios.ts';
import { killDelete, killRunOrImport, killTraceImport } from './cliRounds.ts';
import { Ledger } from './ledger.ts';
import { killInMigration } from './migrationRound.ts';
import { Random } from './random.ts';
import type { Round } from './round.ts';
import { killInOpening, killInWork, killOneOfTwo } from './serverRounds.ts';
import { startServer } from './server.ts';
import type { RunFile } from './work.ts';
import { killWorker } from './workerRound.ts';

export interface Kind {
  name: string;
  /** How often it is drawn, against the others. */
  weight: number;
  round: Round;
}

export const KINDS: readonly Kind[] = [
  { name: 'server in runs, imports and deletions', weight: 10, round: killInWork(startServer) },
  { name: 'server while it opens and purges', weight: 4, round: killInOpening },
  { name: 'one of two servers on a database', weight: 2, round: killOneOfTwo },
  { name: 'swaplab run and import', weight: 4, round: killRunOrImport },
  { name: 'swaplab delete and restore', weight: 2, round: killDelete },
  { name: 'swaplab trace import', weight: 2, round: killTraceImport },
  { name: 'migration', weight: 4, round: killInMigration },
  { name: 'worker thread', weight: 4, round: killWorker },
];

export interface CampaignOptions {
  seed: number;
  count: number;
  /** Wall time after which no further round is begun, ms. */
  time: number;
  kinds?: readonly Kind[];
  /** Rounds in a folder before a fresh one is taken. */
  roundsInFolder?: number;
  onRound?(round: number, kind: string): void;
}

export interface CampaignResult {
  rounds: number;
  byKind: Map<string, number>;
  /** Runs that were interrupted, and most runs in one folder. */
  interrupted: number;
  mostRuns: number;
}

/** Throws at the first thing that does not hold, and says which round it was. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, count, time, kinds = KINDS, roundsInFolder = 20 } = options;
  const random = new Random(seed);
  const parent = mkdtempSync(join(tmpdir(), 'swap-lab-torture-'));
  const result: CampaignResult = { rounds: 0, byKind: new Map(), interrupted: 0, mostRuns: 0 };
  const drawn = kinds.flatMap((kind) => Array<Kind>(kind.weight).fill(kind));
  const begun = Date.now();
  const file = await runFile();
  let ledger = new Ledger();
  let dataDir = '';
  for (; result.rounds < count && Date.now() - begun < time; result.rounds++) {
    if (result.rounds % roundsInFolder === 0) {
      if (dataDir !== '') rmSync(dataDir, { recursive: true, maxRetries: 5 });
      dataDir = mkdtempSync(join(parent, 'data-'));
      ledger = new Ledger();
      result.interrupted = 0;
    }
    const kind = random.pick(drawn);
    try {
      const verified = await kind.round({ dataDir, ledger, file }, random.fork());
      result.interrupted = Math.max(result.interrupted, verified?.interrupted ?? 0);
      result.mostRuns = Math.max(result.mostRuns, verified?.runs ?? 0);
    } catch (error) {
      const { message } = error as Error;
      // The folder stays for whoever looks into it.
      throw new Error(
        `Round ${result.rounds + 1} of seed ${seed} (${kind.name}), folder ${dataDir}: ${message}`,
        { cause: error },
      );
    }
    result.byKind.set(kind.name, (result.byKind.get(kind.name) ?? 0) + 1);
    options.onRound?.(result.rounds + 1, kind.name);
  }
  rmSync(parent, { recursive: true, maxRetries: 5 });
  return result;
}

/** A run as a file, of some hundred kilobytes unless fewer accesses are asked for. */
export async function runFile(accesses = 20_000): Promise<RunFile> {
  const lab = createLab({ host: 'cli', databaseFile: ':memory:' });
  try {
    const scenario = smallScenario({ name: 'Imported', accesses });
    const request = { ...scenario, run: { ...scenario.run, sampleEvery: '100us' } };
    const ended = new Promise<void>((resolve, reject) => {
      lab.on({
        runChanged: ({ status, error }) => {
          if (status === 'done') resolve();
          if (status === 'failed') reject(new Error(error ?? ''));
        },
      });
    });
    const { id } = await lab.startRun({ scenario: request });
    await ended;
    const { digest } = await lab.getRun(id);
    return { text: (await lab.exportRun(id, 'json')).text, digest: digest as string };
  } finally {
    await lab.close();
  }
}
