// What clients send: files of runs, and messages of the contract.
import { digest as digestOf } from '../../../src/engine/metrics/digest.ts';
import { Simulation } from '../../../src/engine/run.ts';
import { checkScenario } from '../../../src/engine/scenario/index.ts';
import type { RunRecord } from '../../../src/main/lab/contract.ts';
import { openDatabase } from '../../../src/main/lab/database/open.ts';
import { exportJson, parseExported } from '../../../src/main/lab/exchange.ts';
import { createLab } from '../../../src/main/lab/index.ts';
import { INPUTS } from '../../../src/main/lab/inputs.ts';
import { encodeResult } from '../../../src/main/lab/resultCodec.ts';
import { RunStore } from '../../../src/main/lab/runStore.ts';
import { smallScenario } from '../../lab/support/scenarios.ts';
import { refusable, text, type Target } from '../target.ts';

const most = 64 * 1024;

function exported(): string {
  const check = checkScenario(smallScenario({ accesses: 3000 }));
  if (!check.ok) throw new Error('the scenario of the seed is wrong');
  const simulation = new Simulation({ scenario: check.scenario, traces: new Map() });
  while (!simulation.advance(10_000));
  const whole = simulation.result();
  // Few columns and no zero counters: a file that a change still finds its way around in.
  const columns = whole.series.columns.slice(0, 3);
  const totals = whole.totals.map((each) => ({
    ...each,
    counters: Object.fromEntries(Object.entries(each.counters).slice(0, 5)),
  }));
  const small = { ...whole, totals, series: { ...whole.series, columns } };
  const result = { ...small, digest: digestOf({ ...small, digest: undefined }) };
  const { head } = encodeResult(result);
  const run = {
    id: 1, name: 'Seed', status: 'done', tags: ['a'], note: '', seed: head.seed,
    engineVersion: head.engineVersion, createdAt: 1, startedAt: 1, endedAt: 2, wallMs: 1, error: null,
    scenario: smallScenario(), traces: [], result,
  } as unknown as RunRecord; // prettier-ignore
  return exportJson(run).text;
}

const store = new RunStore(openDatabase(':memory:'), { descendingIds: true });

function importText(given: string): void {
  const run = refusable(() => parseExported(given));
  if (!run) return;
  const id = store.addImported(run);
  const kept = store.record(id);
  if (kept.result && digestOf({ ...kept.result, digest: undefined }) !== kept.digest) {
    throw new Error('what was kept has another digest than what was imported');
  }
  store.keepNewest(5);
}

export const importedRun: Target = {
  name: 'import',
  json: true,
  most,
  seeds: () => [Buffer.from(exported())],
  run(input) {
    const given = text(input);
    importText(given);
    // With a digest that fits, what lies behind that check is reached too.
    let document: { run?: { result?: Record<string, unknown>; seed?: unknown } };
    try {
      document = JSON.parse(given) as typeof document;
    } catch {
      return;
    }
    const result = document?.run?.result;
    if (result === null || typeof result !== 'object') return;
    let digest: string | undefined;
    try {
      digest = digestOf({ ...result, digest: undefined });
    } catch {
      // Something that has no canonical form; the check of its shape refuses it first.
      return;
    }
    result['digest'] = digest;
    importText(JSON.stringify(document));
  },
};

const lab = createLab({ host: 'cli', databaseFile: ':memory:', concurrency: 2 });
let hear: (line: string) => void = () => undefined;
let answers: string[] = [];
lab.connect({
  post: (line) => void answers.push(line),
  onMessage: (callback) => {
    hear = callback;
    return () => undefined;
  },
});

const calls: Record<string, unknown[]> = {
  checkScenario: [smallScenario()],
  startRun: [{ scenario: smallScenario({ accesses: 10 }), save: false, name: 'n', seed: 1 }],
  listRuns: [{ search: 'a', status: ['done'], sort: 'name', limit: 5, offset: 0, tag: 't' }],
  updateRun: [-1, { name: 'a', tags: ['b'], note: 'c' }],
  deleteRuns: [[1]],
  restoreRuns: [[1]],
  compareRuns: [[-1, -2], null],
  findPageLife: [-1, { cgroup: '/a', workload: 'w', page: 1 }],
  exportRun: [-1, 'json'],
  importRun: ['{}'],
  saveScenario: ['s', smallScenario()],
  saveTierConfiguration: ['t', {}],
  deleteScenario: ['s'],
  openAsScenario: ['first-run', 'x'],
};

/** `info` answers with half a megabyte and studies are whole programs: both have tests of their own. */
const LEFT_OUT = ['info', 'listTraces', 'listStudies', 'runStudy'];

export const rpc: Target = {
  name: 'rpc',
  json: true,
  seeds: () =>
    Object.keys(INPUTS)
      .filter((method) => !LEFT_OUT.includes(method))
      .map((m, i) => Buffer.from(JSON.stringify({ t: 'q', i: String(i), m, a: calls[m] ?? [-1] }))),
  async run(input) {
    const line = text(input);
    if (LEFT_OUT.some((method) => line.includes(method))) return;
    answers = [];
    hear(line);
    await Promise.resolve();
    await new Promise((done) => setImmediate(done));
    for (const answer of answers) {
      if (answer.includes('"kind":"internal"')) throw new Error(answer.slice(0, 500));
      if (/\\n\s+at /.test(answer)) throw new Error('a stack leaves the lab');
    }
  },
};
