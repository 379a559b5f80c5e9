/**
 * A run's result as it is stored: small tables as JSON that SQL can read, the rest compressed.
 * Encoding happens in the run's worker, so that the process with the window only copies bytes.
 */
import { endianness } from 'node:os';
import { deflateSync, inflateSync } from 'node:zlib';
import type { HistogramData, RunEvent, RunResult, Series } from '../../engine/result.ts';

/** Version of the stored form; a reader knows every one that was ever written. */
export const RESULT_FORMAT = 1;

type Bytes = Uint8Array<ArrayBuffer>;

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

export function decodeResult(head: ResultHead, stored: StoredResult): RunResult {
  if (stored.format !== RESULT_FORMAT) {
    throw new Error(`result format ${stored.format} is not known to this release`);
  }
  return {
    engineVersion: head.engineVersion,
    seed: head.seed,
    endReason: stored.endReason as RunResult['endReason'],
    simulatedNs: head.simulatedNs,
    accesses: head.accesses,
    totals: JSON.parse(stored.totals) as RunResult['totals'],
    series: unpackSeries(stored.series),
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

/** Copied out of Node's buffer pool, so that its memory can be transferred to another thread. */
const pack = (raw: string | Uint8Array): Bytes => new Uint8Array(deflateSync(raw));

const packJson = (value: unknown): Bytes => pack(JSON.stringify(value));
const unpackJson = (bytes: Bytes): unknown => JSON.parse(inflateSync(bytes).toString());

interface SeriesHeader {
  intervalNs: number;
  samples: number;
  columns: Pick<Series, 'scope' | 'metric'>[];
}

/**
 * Deflated: the header's length as little-endian uint32, the header as JSON padded with spaces so
 * that the numbers start at a multiple of 8, the sample times, then each column, all float64.
 */
function packSeries(series: RunResult['series']): Bytes {
  const samples = series.timeNs.length;
  const header: SeriesHeader = {
    intervalNs: series.intervalNs,
    samples,
    columns: series.columns.map(({ scope, metric }) => ({ scope, metric })),
  };
  let text = Buffer.from(JSON.stringify(header));
  text = Buffer.concat([text, Buffer.alloc((12 - (text.length % 8)) % 8, ' ')]);
  const numbers = new Float64Array(samples * (series.columns.length + 1));
  numbers.set(series.timeNs);
  series.columns.forEach(({ values }, i) => numbers.set(values, samples * (i + 1)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return pack(Buffer.concat([length, text, littleEndian(Buffer.from(numbers.buffer))]));
}

function unpackSeries(bytes: Bytes): RunResult['series'] {
  const raw = inflateSync(bytes);
  const start = 4 + raw.readUInt32LE(0);
  const header = JSON.parse(raw.toString('utf8', 4, start)) as SeriesHeader;
  const body = littleEndian(new Uint8Array(raw.subarray(start)));
  const numbers = new Float64Array(body.buffer, body.byteOffset, body.byteLength / 8);
  const { samples } = header;
  if (numbers.length !== samples * (header.columns.length + 1)) {
    throw new Error('the stored series is shorter than its header says');
  }
  const column = (i: number) => Array.from(numbers.subarray(samples * i, samples * (i + 1)));
  return {
    intervalNs: header.intervalNs,
    timeNs: column(0),
    columns: header.columns.map((each, i) => ({ ...each, values: column(i + 1) })),
  };
}

/** The bytes of float64 numbers from this machine's order to little-endian, or back. */
function littleEndian<T extends Uint8Array>(bytes: T): T {
  if (endianness() === 'BE') {
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).swap64();
  }
  return bytes;
}
