/**
 * A run's result as it is stored: small tables as JSON that SQL can read, the rest compressed.
 * Encoding happens in the run's worker, so that the process with the window only copies bytes.
 */
import { inflateSync } from 'node:zlib';
import type { HistogramData, RunEvent, RunResult } from '../../engine/result.ts';
import {
  openSeries,
  pack,
  packSeries,
  unpackSeries,
  type Bytes,
  type SeriesFormat,
  type StoredSeries,
} from './seriesCodec.ts';

/** Version of the stored form; a reader knows every one that was ever written. */
export const RESULT_FORMAT = 2;

export interface StoredResult {
  format: number;
  endReason: string;
  totals: string;
  flows: string;
  histograms: Bytes;
  events: Bytes;
  series: Bytes;
}

/** What the row of the run itself holds of its result. */
export interface ResultHead {
  engineVersion: string;
  seed: number;
  simulatedNs: number;
  accesses: number;
  digest: string;
}

export interface Headline {
  throughput: number;
  pgmajfault: number;
  oomKills: number;
  faultP99Ns: number;
}

export interface EncodedResult {
  head: ResultHead;
  headline: Headline;
  stored: StoredResult;
}

export function encodeResult(result: RunResult): EncodedResult {
  const { engineVersion, seed, simulatedNs, accesses, digest } = result;
  return {
    head: { engineVersion, seed, simulatedNs, accesses, digest },
    headline: headlineOf(result),
    stored: {
      format: RESULT_FORMAT,
      endReason: result.endReason,
      totals: JSON.stringify(result.totals),
      flows: JSON.stringify(result.flows),
      histograms: packJson(result.histograms),
      events: packJson(result.events),
      series: packSeries(result.series),
    },
  };
}

function knownFormat({ format }: Pick<StoredResult, 'format'>): SeriesFormat {
  if (format !== 1 && format !== RESULT_FORMAT) {
    throw new Error(`result format ${format} is not known to this release`);
  }
  return format;
}

/** The series of a stored result, to be read by column. */
export const storedSeries = (stored: Pick<StoredResult, 'format' | 'series'>): StoredSeries =>
  openSeries(knownFormat(stored), stored.series);

export function decodeResult(head: ResultHead, stored: StoredResult): RunResult {
  const series = unpackSeries(knownFormat(stored), stored.series);
  return { ...decodeWithoutSeries(head, stored), series };
}

export function decodeWithoutSeries(
  head: ResultHead,
  stored: StoredResult,
): Omit<RunResult, 'series'> {
  knownFormat(stored);
  return {
    engineVersion: head.engineVersion,
    seed: head.seed,
    endReason: stored.endReason as RunResult['endReason'],
    simulatedNs: head.simulatedNs,
    accesses: head.accesses,
    totals: JSON.parse(stored.totals) as RunResult['totals'],
    histograms: unpackJson(stored.histograms) as HistogramData[],
    flows: JSON.parse(stored.flows) as RunResult['flows'],
    events: unpackJson(stored.events) as RunEvent[],
    digest: head.digest,
  };
}

/** Its totals and histograms alone. */
export function decodeFigures({
  totals,
  histograms,
}: Pick<StoredResult, 'totals' | 'histograms'>): Pick<RunResult, 'totals' | 'histograms'> {
  return {
    totals: JSON.parse(totals) as RunResult['totals'],
    histograms: unpackJson(histograms) as HistogramData[],
  };
}

function headlineOf(result: RunResult): Headline {
  const machine = result.totals.find((t) => t.scope === 'machine')?.counters ?? {};
  const faults = result.histograms.find(
    (h) => h.scope === 'machine' && h.metric === 'fault_latency',
  );
  return {
    throughput: machine['throughput'] ?? 0,
    pgmajfault: machine['pgmajfault'] ?? 0,
    oomKills: machine['oom_kill'] ?? 0,
    faultP99Ns: faults?.percentilesNs.p99 ?? 0,
  };
}

/** Most that a stored part of a result may come to, bytes: a damaged one must not fill the memory. */
const MOST_UNPACKED = 2 ** 31;

const packJson = (value: unknown): Bytes => pack(JSON.stringify(value));
const unpackJson = (bytes: Bytes): unknown =>
  JSON.parse(inflateSync(bytes, { maxOutputLength: MOST_UNPACKED }).toString());
