/** The thread that looks at one workload; it ends with its answer. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Workload } from '../../../engine/scenario/index.ts';
import type { WorkloadPreview } from '../contract.ts';
import { invalid, messageOf } from '../errors.ts';
import { readTrace, readTraceHeader } from '../traces/format.ts';
import { previewOf } from './compute.ts';

export interface PreviewInput {
  workload: Workload;
  /** Path of its cgroup, such as `/web`: the seeds of its streams come from it. */
  cgroup: string;
  /** Pages of a pattern; a trace brings its own. */
  pages: number;
  pageBytes: number;
  seed: number;
  accessNs: number;
  mostNs: number;
  bound: number;
  /** Where its trace is. */
  trace: string | undefined;
}

export type PreviewMessage = { preview: WorkloadPreview } | { failed: string };

/** Accesses of a trace that are read for a preview at most: half a gigabyte. */
const LONGEST_TRACE = 128_000_000;

/** Pages up to which the tables of a pattern are made for a preview. */
const MOST_PAGES = 1 << 24;

async function preview(input: PreviewInput): Promise<WorkloadPreview> {
  const { trace: file, cgroup, ...rest } = input;
  if (file === undefined) {
    if (rest.pages > MOST_PAGES)
      throw invalid(`It has ${rest.pages} pages; a preview is made of at most ${MOST_PAGES}.`);
    return previewOf({ ...rest, trace: undefined, memcg: { path: cgroup } });
  }
  const { accesses } = await readTraceHeader(file);
  if (accesses > LONGEST_TRACE)
    throw invalid(
      `Its trace has ${accesses} accesses; a preview is made of at most ${LONGEST_TRACE}. \`swaplab trace info\` describes it.`,
    );
  const trace = await readTrace(file);
  return previewOf({ ...rest, pages: trace.pages, trace, memcg: { path: cgroup } });
}

preview(workerData as PreviewInput).then(
  (done) => parentPort?.postMessage({ preview: done } satisfies PreviewMessage),
  (error: unknown) =>
    parentPort?.postMessage({ failed: messageOf(error) } satisfies PreviewMessage),
);
