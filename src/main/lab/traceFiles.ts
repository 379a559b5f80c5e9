/** Which trace files a scenario names, and where they are. */
import { isAbsolute, resolve } from 'node:path';
import {
  eachCgroup,
  formatPath,
  type Scenario,
  type ScenarioIssue,
} from '../../engine/scenario/index.ts';
import type { RunRecord, TraceInfo } from './contract.ts';
import { invalid, LabError } from './errors.ts';
import { filesIn, isFile, type Resources } from './resources.ts';
import { readTrace, readTraceHeader, type TraceFile } from './traces/format.ts';
import type { WorkerInput } from './workerMessages.ts';

const EXTENSION = '.swtrace';
const ACCEPTED = 'the path of a trace file made by `swaplab trace import`';

/**
 * Finds every trace of a scenario, or the one that is named.
 * @param folders where relative paths may start, in the order in which they are tried
 */
export function findTraces(
  scenario: Scenario,
  folders: (string | null | undefined)[],
  only?: string,
): WorkerInput['traces'] {
  const found = new Map<string, string>();
  const issues: ScenarioIssue[] = [];
  eachCgroup(scenario.cgroups, (cgroup, path) => {
    cgroup.workloads.forEach(({ trace }, i) => {
      if (!trace || found.has(trace.file)) return;
      if (only !== undefined && trace.file !== only) return;
      const places = isAbsolute(trace.file)
        ? [trace.file]
        : folders.flatMap((folder) => (folder ? [resolve(folder, trace.file)] : []));
      const place = places.find(isFile);
      if (place) return void found.set(trace.file, place);
      const where = formatPath([...path, 'workloads', i, 'trace', 'file']);
      const value = JSON.stringify(trace.file);
      issues.push({
        path: where,
        value,
        accepted: ACCEPTED,
        message: `${where} is ${value}, and there is no such file (looked for ${places.join(' and ')}); accepted: ${ACCEPTED}`,
      });
    });
  });
  if (issues.length > 0) throw invalid('A trace of the scenario cannot be found.', issues);
  return [...found].map(([file, path]) => ({ file, path }));
}

/** A trace that a run replayed; refuses a file that has changed since. */
export async function readTraceOf(
  run: RunRecord,
  name: string,
  folders: (string | null | undefined)[],
): Promise<TraceFile> {
  const places = isAbsolute(name)
    ? [name]
    : [run.baseDir, ...folders].flatMap((folder) => (folder ? [resolve(folder, name)] : []));
  const place = places.find(isFile);
  if (!place) {
    const looked = places.join(' and ');
    throw invalid(`Run ${run.id} replayed ${name}, which is not there (looked for ${looked}).`);
  }
  const trace = await readTrace(place);
  const then = run.traces.find(({ file }) => file === name);
  if (then && then.sha256 !== trace.sha256)
    throw invalid(`${place} has changed since run ${run.id} replayed it; run it again first.`);
  return trace;
}

/** Traces that can be named in a scenario: the built-in ones and those in the lab's own folder. */
export async function listTraces(resources: Resources, own: string): Promise<TraceInfo[]> {
  const described = await Promise.all([
    ...resources.files(EXTENSION).map(({ name, path }) => describe(name, path, true)),
    ...filesIn(own, EXTENSION).map((path) => describe(path, path, false)),
  ]);
  return described.filter((each) => each !== undefined);
}

/** Undefined for a file that is no trace whatever its name: it must not hide the others. */
async function describe(
  file: string,
  path: string,
  builtIn: boolean,
): Promise<TraceInfo | undefined> {
  try {
    return await traceInfo(path, file, builtIn);
  } catch (error) {
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

/** @param file as a scenario names it */
export async function traceInfo(path: string, file = path, builtIn = false): Promise<TraceInfo> {
  const { title, accesses, pages, writes, sha256 } = await readTraceHeader(path);
  const writePercent = accesses === 0 ? 0 : (writes / accesses) * 100;
  return { file, title, accesses, pages, writePercent, sha256, builtIn };
}
