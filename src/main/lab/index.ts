/** The lab: one database, one queue of runs, any number of clients. Knows neither Electron nor HTTP. */
import { availableParallelism } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { METRICS } from '../../engine/metrics/catalogue.ts';
import { ENGINE_VERSION } from '../../engine/run.ts';
import {
  checkScenario,
  scenarioJsonSchema,
  type ScenarioInput,
} from '../../engine/scenario/index.ts';
import type { Study } from '../../studies/study.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { compareRecords, replicatesBeside } from './compare.ts';
import type {
  LabApi,
  LabEvents,
  LabInfo,
  SavedComparison,
  TierConfiguration,
  WayOutKind,
} from './contract.ts';
import { Damage } from './damage.ts';
import { asLabError, onStorage } from './database/failures.ts';
import { closeDatabase, openDatabase } from './database/open.ts';
import { claimOwner } from './database/owner.ts';
import { presenceOf } from './database/presence.ts';
import { watchOthers } from './database/watch.ts';
import { invalid, LabError } from './errors.ts';
import { exportCsv, exportJson, parseExported } from './exchange.ts';
import { Groups } from './groups.ts';
import { GroupStore } from './groupStore.ts';
import { INPUTS, parseArguments, type Arguments, type MethodName } from './inputs.ts';
import { DATABASE, dataDirOf } from './paths.ts';
import { Previews } from './preview/previews.ts';
import { findResources, Resources } from './resources.ts';
import { Clients, type Channel } from './rpc.ts';
import { Runs } from './runs.ts';
import { RunStore } from './runStore.ts';
import { SavedStore } from './savedStore.ts';
import { SettingStore } from './settingStore.ts';
import { Studies } from './studies.ts';
import { StudyStore } from './studyStore.ts';
import { Lives } from './lives.ts';
import { OpenedFiles } from './openedFiles.ts';
import { compareWithOpt } from './runOpt.ts';
import { recentSpeeds } from './speeds.ts';
import { sweepFigures } from './sweep.ts';
import { machines } from './templates.ts';
import { tidyUp } from './tidyUp.ts';
import { asTierSet } from './tierSets.ts';
import { listTraces, readTraceOf, traceInfo } from './traceFiles.ts';
import { receiveTrace } from './traces/receive.ts';

export type { Channel } from './rpc.ts';
export { LabError } from './errors.ts';

/** Beyond this many replicates an interval gets hardly narrower. */
const MOST_REPLICATES = 99;

export interface LabOptions {
  /** Folder of the database and of imported traces; the default is the one of the app. */
  dataDir?: string | undefined;
  /** Absolute path, or `:memory:`; the default is `swap-lab.db` in `dataDir`. */
  databaseFile?: string | undefined;
  host: LabInfo['host'];
  /** Runs at the same time; the default is what was chosen with `setConcurrency`. */
  concurrency?: number | undefined;
  /** The folder `resources` of the installation; found by itself where it stands above the code. */
  resourcesDir?: string | undefined;
  /** JavaScript heap of each run's thread, MiB. */
  heapLimitMiB?: number | undefined;
  /** Other studies than the ones that ship with the lab, for tests. */
  studies?: readonly Study[] | undefined;
  /** How the host of this lab closes it and opens it again; it is given by `openHosted`. */
  replacing?: Replacing | undefined;
  /** What was done about the database before it was opened; pages show it. */
  repaired?: string | undefined;
}

export interface Replacing {
  canChoose: boolean;
  /** @param damage the failure that showed that the database is damaged */
  take(kind: WayOutKind, damage: LabError): Promise<void>;
}

export interface Lab extends LabApi {
  /** Attaches a client; returns the function that detaches it. */
  connect(channel: Channel): () => void;
  /** Tells a caller in this process what clients are told; returns the function that ends it. */
  on(events: Partial<LabEvents>): () => void;
  /** Runs that this lab has waiting, running or paused. */
  readonly going: number;
  /** The token of this lab beside its database. */
  readonly owner: string;
  /** Tells the pages that another lab has come in the place of this one, which is closed. */
  tellReplaced(): void;
  /** Takes a file that the desktop wants opened; pages hear of it and fetch it with `takeOpened`. */
  openFile(path: string): Promise<void>;
  /** Stops what runs, marks it interrupted, and closes the database. */
  close(): Promise<void>;
}

type Handlers = {
  [M in MethodName]: (
    ...args: Arguments<M>
  ) => ReturnType<LabApi[M]> | Awaited<ReturnType<LabApi[M]>>;
};

/** Opens the lab; throws a `LabError` where the database cannot be used. */
export function createLab(options: LabOptions): Lab {
  const dataDir = resolve(options.dataDir ?? dataDirOf(options.databaseFile));
  const file = options.databaseFile ?? join(dataDir, DATABASE);
  const databaseFile = file === ':memory:' ? file : resolve(file);
  const resources = new Resources(options.resourcesDir ?? findResources());
  const traceFolder = join(dataDir, 'traces');
  const traceFolders = [resources.studies, traceFolder];

  const database = openDatabase(databaseFile);
  const unsavedDatabase = openDatabase(':memory:');
  const expectPresent = onStorage(databaseFile, () => presenceOf(databaseFile));
  const saved = new RunStore(database, { expectPresent });
  const groupStore = new GroupStore(database);
  const settings = new SettingStore(database);
  const scenarios = new SavedStore<ScenarioInput>(database, 'scenario', expectPresent);
  const tiers = new SavedStore<TierConfiguration>(database, 'tiers', expectPresent);
  const comparisons = new SavedStore<SavedComparison>(database, 'comparison', expectPresent);
  const owner = onStorage(databaseFile, () => claimOwner(databaseFile));
  const damage = new Damage({
    databaseFile,
    canReplace: options.replacing !== undefined,
    canChoose: options.replacing?.canChoose ?? false,
    found: () => clients.emit('libraryDamaged'),
  });
  const stores = [saved, groupStore, scenarios, tiers, comparisons];

  // Tests of other things than the first start do without its run.
  const firstStart = process.env.SWAPLAB_NO_FIRST_RUN !== '1' && saved.isNew;

  const listeners = new Set<Partial<LabEvents>>();
  const emit = <E extends keyof LabEvents>(event: E, ...args: Parameters<LabEvents[E]>) => {
    clients.emit(event, ...args);
    for (const each of listeners)
      (each[event] as ((...a: typeof args) => void) | undefined)?.(...args);
  };
  const runs = new Runs({
    saved,
    unsaved: new RunStore(unsavedDatabase, { descendingIds: true }),
    databaseFile,
    owner: owner.token,
    traceFolders,
    concurrency: options.concurrency ?? settings.concurrency,
    heapLimitMiB: options.heapLimitMiB,
    storageFailed: (error) => damage.note(error),
    emit,
  });
  const groups = new Groups(runs, groupStore, saved);
  const opened = new OpenedFiles({
    importRun: (text) => onStorage(databaseFile, () => runs.importOnce(parseExported(text))),
    tell: () => emit('fileOpened'),
  });
  const lives = new Lives({ traceFolders, emit });
  const previews = new Previews(traceFolders);
  const studies = new Studies({
    runs,
    store: new StudyStore(database),
    databaseFile,
    studies: options.studies,
    emit,
  });
  listeners.add({
    runChanged: (run) => studies.runChanged(run),
    runProgress: (update) => studies.runProgress(update),
  });

  const stopWatching = watchOthers(database, (since) => runs.tellChangesSince(since));

  const handlers: Handlers = {
    info: () => ({
      appVersion: packageJson.version,
      engineVersion: ENGINE_VERSION,
      host: options.host,
      databasePath: databaseFile,
      concurrency: runs.queue.concurrency,
      cpus: availableParallelism(),
      metrics: [...METRICS],
      scenarioSchema: scenarioJsonSchema(),
      builtIn: resources.scenarios(),
      firstStart,
      notices,
      damage: damage.report(),
      repaired: options.repaired ?? null,
    }),
    takeWayOut: async (kind) => {
      if (!damage.error) throw invalid('The library is not known to be damaged.');
      if (!options.replacing) throw damage.error;
      await options.replacing.take(kind, damage.error);
    },
    setConcurrency: (atOnce) => {
      settings.setConcurrency(atOnce);
      runs.queue.setConcurrency(atOnce);
    },
    checkScenario: (scenario) => {
      const checked = checkScenario(scenario);
      return checked.ok ? [] : checked.issues;
    },
    startRun: (request) => {
      expectAbsolute(request.baseDir);
      return runs.start({ ...request, scenario: request.scenario as ScenarioInput });
    },
    pauseRun: (id) => runs.pause(id),
    continueRun: (id) => runs.resume(id),
    cancelRun: (id) => runs.cancel(id),
    startGroup: (request) => {
      expectAbsolute(request.baseDir);
      return groups.start({ ...request, scenario: request.scenario as ScenarioInput });
    },
    listGroups: () => groups.list(),
    getGroup: (id) => groups.get(id),
    getSweep: (id) => {
      const group = groups.get(id);
      return sweepFigures(group, runs.figures(group.runs.map((run) => run.id)));
    },
    pauseGroup: (id) => groups.pause(id),
    continueGroup: (id) => groups.resume(id),
    cancelGroup: (id) => groups.cancel(id),
    listRuns: (query) => runs.list(query),
    getRun: (id) => runs.get(id),
    getOverview: (id) => runs.overview(id),
    getColumns: (id, columns) => runs.columns(id, columns),
    updateRun: (id, change) => runs.update(id, change),
    deleteRuns: (ids) => runs.setDeleted(ids, Date.now()),
    restoreRuns: (ids) => runs.setDeleted(ids, null),
    compareRuns: (ids, baseline) => {
      const index = ids.indexOf(baseline ?? (ids[0] as number));
      if (index < 0) {
        throw invalid(`The baseline is run ${baseline}; accepted: one of ${ids.join(', ')}.`);
      }
      const records = ids.map((id) => runs.compared(id));
      const replicates = ids.map((id) => runs.replicates(id, MOST_REPLICATES));
      return compareRecords(records, index, replicatesBeside(ids, replicates));
    },
    recentSpeeds: () => recentSpeeds(database),
    findPageLife: (id, page) => lives.find(runs.get(id), page ?? undefined),
    cancelPageLife: (id) => lives.cancel(id),
    compareWithOpt: (id) => {
      const run = runs.get(id);
      return compareWithOpt(run, (name) => readTraceOf(run, name, traceFolders));
    },
    exportRun: (id, format) => {
      const run = runs.get(id);
      if (['queued', 'running', 'paused'].includes(run.status)) {
        throw invalid(`Run ${id} is ${run.status}; it can be exported once it has ended.`);
      }
      return format === 'json' ? exportJson(run) : exportCsv(run);
    },
    importRun: (text) => runs.import(parseExported(text)),
    takeOpened: () => opened.take(),
    listScenarios: () => scenarios.list(),
    saveScenario: (name, value) => scenarios.save(name, value as ScenarioInput, Date.now()),
    deleteScenario: (name) => scenarios.delete(name, Date.now()),
    listTierConfigurations: () => tiers.list().map(asTierSet),
    saveTierConfiguration: (name, value) =>
      tiers.save(name, value as unknown as TierConfiguration, Date.now()),
    deleteTierConfiguration: (name) => tiers.delete(name, Date.now()),
    scenarioVersions: (name) => scenarios.versions(name),
    tierVersions: (name) => tiers.versions(name).map(asTierSet),
    listMachines: () =>
      machines().map(({ value: { machine, kernel, tiers: disks }, ...preset }) => ({
        ...preset,
        value: { machine, kernel, tiers: disks },
      })),
    listComparisons: () => comparisons.list(),
    saveComparison: (name, value) => comparisons.save(name, value, Date.now()),
    deleteComparison: (name) => comparisons.delete(name, Date.now()),
    comparisonVersions: (name) => comparisons.versions(name),
    listTraces: () => listTraces(resources, traceFolder),
    importTrace: async (fileName, base64) => {
      const bytes = Buffer.from(base64, 'base64');
      const file = await receiveTrace(traceFolder, fileName, bytes);
      return await traceInfo(file);
    },
    previewWorkload: (request) =>
      previews.make({ ...request, scenario: request.scenario as ScenarioInput }),
    cancelPreview: (id) => previews.cancel(id),
    listStudies: () => studies.list(),
    runStudy: ({ name, save }) => studies.start({ name, ...(save === undefined ? {} : { save }) }),
    cancelStudy: (name) => studies.cancel(name),
    openAsScenario: (study, scenario) => studies.scenario(study, scenario),
  };

  let closed: Promise<void> | undefined;

  async function call<M extends MethodName>(method: M, args: unknown[]): Promise<unknown> {
    const checked = parseArguments(method, args);
    if (closed) throw new LabError('storage', 'The lab is closing; start it again.');
    const handler = handlers[method] as (...args: Arguments<M>) => unknown;
    try {
      return await handler(...checked);
    } catch (error) {
      const known = asLabError(error, databaseFile);
      damage.note(known);
      throw known;
    }
  }

  async function closeAll(): Promise<void> {
    stopWatching();
    lives.close();
    previews.close();
    await runs.close();
    closeDatabase(database);
    closeDatabase(unsavedDatabase);
    owner.release();
  }

  const api = Object.fromEntries(
    Object.keys(INPUTS).map((method) => [
      method,
      (...args: unknown[]) => call(method as MethodName, args),
    ]),
  ) as unknown as LabApi;
  const clients = new Clients(api);
  const notices = onStorage(databaseFile, () =>
    tidyUp(databaseFile, saved, stores, (error) => damage.note(error)),
  );

  return {
    ...api,
    get going() {
      return runs.queue.size;
    },
    connect: (channel) => clients.connect(channel),
    on: (events) => {
      listeners.add(events);
      return () => void listeners.delete(events);
    },
    owner: owner.token,
    tellReplaced: () => clients.emit('libraryReplaced'),
    openFile: (path) => opened.open(path),
    close: () => (closed ??= closeAll()),
  };
}

function expectAbsolute(baseDir: string | undefined): void {
  if (baseDir === undefined || isAbsolute(baseDir)) return;
  throw invalid(`baseDir is "${baseDir}"; accepted: the absolute path of a folder.`);
}
