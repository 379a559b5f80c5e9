/**
 * Makes a trace file from a recorded stream in two passes and bounded memory: references are
 * folded into accesses to pages numbered as they come and put into a temporary file; then, when all
 * pages are known, they are numbered in ascending order of addresses and written out.
 */
import { invalid } from '../../errors.ts';
import { removeLeftovers, temporaryOf } from '../../leftovers.ts';
import { PAGE_MASK, WRITE } from '../codec.ts';
import { TRACE_LIMITS, type TraceHeader, type TraceRegion } from '../header.ts';
import { TraceWriter } from '../writer.ts';
import { CsvParser } from './csv.ts';
import { PageFolder } from './folder.ts';
import { LackeyParser } from './lackey.ts';
import type { PageTable } from './pageTable.ts';
import type { Parser } from './parser.ts';
import { recognise } from './recognise.ts';
import { Spool } from './spool.ts';
import { TextParser } from './text.ts';
import { U32Parser } from './u32.ts';
import { UcsdParser } from './ucsd.ts';
import { unpack, type UnpackLimits } from './unpack.ts';

export type TraceSource = TraceHeader['source'];
export const TRACE_SOURCES: readonly TraceSource[] = ['lackey', 'u32', 'csv', 'text', 'ucsd'];

export interface ImportOptions {
  /** The form of the recording; without it, its first line tells. */
  source?: TraceSource | undefined;
  /** Where the trace file goes. */
  file: string;
  pageBytes: TraceHeader['pageBytes'];
  /** Bits of an address inside a page (ucsd, text); without it, text has page numbers. */
  pageShift?: number | undefined;
  /** Whether to unpack gzip and xz, and how far; raw words may begin like either. */
  unpack: boolean;
  unpackLimits?: UnpackLimits;
  /** Keep instruction fetches, where the source tells them apart. */
  instructions: boolean;
  /** References to one of this many pages recorded last are folded, 1 to 64. */
  fold: number;
  /** Pages that were never touched between two areas before they count as two. */
  gap: number;
  title: string;
  made: string;
  command: string;
  /** Brotli's, 0 to 11. */
  quality: number;
  /** Stops the import: what it wrote so far is taken back. */
  signal?: AbortSignal;
  onProgress?(progress: ImportProgress): void;
}

export interface ImportProgress {
  phase: 'reading' | 'writing';
  /** Bytes of the input as it came, still packed, or accesses written. */
  done: number;
  /** What `done` comes to in the end; null where only the input's owner knows. */
  total: number | null;
  references: number;
}

export interface ImportResult {
  header: TraceHeader;
  /** Something that a person should know although the import succeeded. */
  warning: string | undefined;
}

function parserFor(source: TraceSource, options: ImportOptions, folder: PageFolder): Parser {
  switch (source) {
    case 'lackey':
      return new LackeyParser(folder, options.pageBytes, options.instructions);
    case 'csv':
      return new CsvParser(folder, options.pageBytes);
    case 'u32':
      return new U32Parser(folder);
    case 'text':
      return new TextParser(folder, options.pageShift ?? 0);
    case 'ucsd':
      return new UcsdParser(folder, options.pageShift ?? Math.log2(options.pageBytes));
  }
}

export async function importTrace(
  input: AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<ImportResult> {
  removeLeftovers(options.file, 'spool');
  const spool = new Spool(temporaryOf(options.file, 'spool'));
  try {
    const folder = new PageFolder(spool, options.fold);
    let bytes = 0;
    const read = counted(input, (more) => (bytes += more));
    const unpacked = options.unpack ? unpack(read, options.unpackLimits) : read;
    const { source, recording } =
      options.source === undefined
        ? await recognise(unpacked)
        : { source: options.source, recording: unpacked };
    const parser = parserFor(source, options, folder);
    for await (const chunk of recording) {
      options.signal?.throwIfAborted();
      parser.push(chunk);
      const { references } = folder;
      options.onProgress?.({ phase: 'reading', done: bytes, total: null, references });
    }
    parser.end();
    folder.finish();
    return { header: await writeOut(spool, folder, source, options), warning: parser.warning };
  } finally {
    spool.remove();
  }
}

async function* counted(input: AsyncIterable<Buffer>, count: (bytes: number) => void) {
  for await (const chunk of input) {
    count(chunk.length);
    yield chunk;
  }
}

/** The pages in ascending order: areas, and the final number of each page by its first one. */
function numberPages(table: PageTable, gap: number) {
  const { pages, ids, isData } = table.sorted();
  const final = new Uint32Array(pages.length);
  const regions: TraceRegion[] = [];
  for (let i = 0; i < pages.length; i++) {
    const id = ids[i] as number;
    final[id] = i;
    const kind = isData(id) ? 'data' : 'code';
    const page = pages[i] as number;
    const region = regions.at(-1);
    const previous = pages[i - 1];
    if (region?.kind === kind && previous !== undefined && page - previous - 1 <= gap) {
      region.pages++;
    } else {
      if (regions.length === TRACE_LIMITS.regions) {
        throw invalid(
          `The pages lie in more than ${TRACE_LIMITS.regions} areas; a --gap above ${gap} makes fewer of them.`,
        );
      }
      regions.push({ start: i, pages: 1, address: page, kind });
    }
  }
  return { final, regions };
}

async function writeOut(
  spool: Spool,
  folder: PageFolder,
  source: TraceSource,
  options: ImportOptions,
): Promise<TraceHeader> {
  const { final, regions } = numberPages(folder.table, options.gap);
  const { accesses, writes, references } = folder;
  const { title, made, command, pageBytes, fold } = options;
  const instructions = source === 'lackey' && options.instructions;
  const pages = final.length;
  const counts = { accesses, pages, writes, references };
  const header = {
    title,
    made,
    command,
    source,
    pageBytes,
    ...counts,
    fold,
    instructions,
    regions,
  };
  const writer = new TraceWriter(options.file, header, options.quality);
  try {
    let done = 0;
    for (const chunk of spool.chunks()) {
      for (let i = 0; i < chunk.length; i++) {
        const word = chunk[i] as number;
        chunk[i] = (final[word & PAGE_MASK] as number) | (word & WRITE);
      }
      writer.add(chunk);
      done += chunk.length;
      options.onProgress?.({ phase: 'writing', done, total: accesses, references });
      // Lets a signal in between two chunks.
      await new Promise(setImmediate);
      options.signal?.throwIfAborted();
    }
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
