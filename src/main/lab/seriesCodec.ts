/**
 * Time series as they are stored: each column compressed by itself, so that a comparison reads the few
 * that it draws and leaves the other hundred alone.
 *
 * Format 2: the length of the header as little-endian uint32, the header as deflated JSON, then the
 * sample times and each column as deflated float64. Format 1 is one deflated block: the header's
 * length, the header padded with spaces to a multiple of 8, and the numbers of all columns in a row.
 */
import { endianness } from 'node:os';
import { deflateSync, inflateSync } from 'node:zlib';
import type { RunResult, Series } from '../../engine/result.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
export type SeriesFormat = 1 | 2;
type SeriesData = RunResult['series'];
export type ColumnName = Pick<Series, 'scope' | 'metric'>;

/** Series of which the columns are read when they are asked for. */
export interface StoredSeries {
  intervalNs: number;
  names: ColumnName[];
  timeNs(): Float64Array;
  /** @param index into `names` */
  values(index: number): Float64Array;
}

/** What is inflated at once, bytes; a damaged header must not ask for all of the memory. */
const LEAST_CHUNK = 1024;
const MOST_CHUNK = 2 ** 22;

interface Header {
  intervalNs: number;
  samples: number;
  columns: ColumnName[];
}

interface SplitHeader extends Header {
  /** Compressed length of the times and of each column. */
  lengths: number[];
}

/** Copied out of Node's buffer pool, so that its memory can be transferred to another thread. */
export const pack = (raw: string | Uint8Array): Bytes => new Uint8Array(deflateSync(raw));

export function packSeries(series: SeriesData): Bytes {
  const parts = [series.timeNs, ...series.columns.map(({ values }) => values)].map((values) =>
    deflateSync(littleEndian(Buffer.from(new Float64Array(values).buffer))),
  );
  const header: SplitHeader = {
    intervalNs: series.intervalNs,
    samples: series.timeNs.length,
    columns: series.columns.map(({ scope, metric }) => ({ scope, metric })),
    lengths: parts.map(({ length }) => length),
  };
  const text = deflateSync(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return new Uint8Array(Buffer.concat([length, text, ...parts]));
}

export function unpackSeries(format: SeriesFormat, bytes: Bytes): SeriesData {
  const stored = openSeries(format, bytes);
  return {
    intervalNs: stored.intervalNs,
    timeNs: [...stored.timeNs()],
    columns: stored.names.map((name, i) => ({ ...name, values: [...stored.values(i)] })),
  };
}

export const openSeries = (format: SeriesFormat, bytes: Bytes): StoredSeries =>
  format === 1 ? openWhole(bytes) : openSplit(bytes);

function openSplit(bytes: Bytes): StoredSeries {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + raw.readUInt32LE(0);
  const header = JSON.parse(inflateSync(raw.subarray(4, start)).toString()) as SplitHeader;
  const ends: number[] = [];
  header.lengths.reduce((end, length) => (ends.push(end + length), end + length), start);
  const part = (i: number) => {
    const packed = raw.subarray(ends[i - 1] ?? start, ends[i]);
    // Room for all at once: by default it is inflated in pieces of 16 KiB, which are put together.
    const chunkSize = Math.min(Math.max(header.samples * 8, LEAST_CHUNK), MOST_CHUNK);
    return numbersOf(inflateSync(packed, { chunkSize }), header.samples);
  };
  return {
    intervalNs: header.intervalNs,
    names: header.columns,
    timeNs: () => part(0),
    values: (index) => part(index + 1),
  };
}

function openWhole(bytes: Bytes): StoredSeries {
  const raw = inflateSync(bytes);
  const start = 4 + raw.readUInt32LE(0);
  const header = JSON.parse(raw.toString('utf8', 4, start)) as Header;
  const { samples, columns } = header;
  const all = numbersOf(raw.subarray(start), samples * (columns.length + 1));
  const part = (i: number) => all.slice(samples * i, samples * (i + 1));
  return {
    intervalNs: header.intervalNs,
    names: columns,
    timeNs: () => part(0),
    values: (index) => part(index + 1),
  };
}

function numbersOf(bytes: Buffer, expected: number): Float64Array {
  if (bytes.byteLength !== expected * 8) {
    throw new Error('the stored series is shorter than its header says');
  }
  const { buffer, byteOffset } = littleEndian(bytes.byteOffset % 8 === 0 ? bytes : aligned(bytes));
  return new Float64Array(buffer as ArrayBuffer, byteOffset, expected);
}

const aligned = (bytes: Buffer): Uint8Array => new Uint8Array(bytes);

/** The bytes of float64 numbers from this machine's order to little-endian, or back. */
function littleEndian<T extends Uint8Array>(bytes: T): T {
  if (endianness() === 'BE') {
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).swap64();
  }
  return bytes;
}
