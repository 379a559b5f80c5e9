/** `swaplab trace import`: makes a trace file from a recording of a real program. */
import { createReadStream, open, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { basename, dirname, extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { Option, type Command } from 'commander';
import { invalid } from '../../lab/errors.ts';
import { PAGE_SIZES, type TraceHeader } from '../../lab/traces/header.ts';
import {
  importTrace,
  TRACE_SOURCES,
  type TraceSource,
} from '../../lab/traces/import/importTrace.ts';
import { cannotRead } from '../failures.ts';
import { integer, jsonOption, type JsonOption } from '../options.ts';
import { size, whole } from '../output/figures.ts';
import { Progress } from '../output/progress.ts';
import { json, print } from '../output/write.ts';
import { stopOnSignal } from '../signals.ts';

interface ImportFlags extends JsonOption {
  format?: TraceSource;
  instructions: boolean;
  output?: string;
  pageSize: string;
  pageShift?: number;
  fold: number;
  gap: number;
  title?: string;
  note?: string;
  command?: string;
  quality: number;
}

/** Names of packed files. */
const PACKED = /\.(gz|xz)$/i;

const pageSizes = PAGE_SIZES.map((bytes) => `${bytes / 1024}KiB`);

export function addTraceImport(trace: Command): void {
  trace
    .command('import')
    .description('Make a trace file from a recording of a program')
    .argument('<file>', 'recording to read, or - for standard input')
    .addOption(
      new Option(
        '--format <format>',
        'what the recording is (default: told by its first line)',
      ).choices(TRACE_SOURCES),
    )
    .option('-o, --output <file>', 'trace file to write (default: beside the recording, .swtrace)')
    .addOption(
      new Option('--page-size <size>', 'size of a page').choices(pageSizes).default('4KiB'),
    )
    .option(
      '--page-shift <bits>',
      'numbers are addresses, and so many of their bits lie inside a page (text, ucsd)',
      integer(0, 52),
    )
    .option('--instructions', 'keep instruction fetches (lackey)', true)
    .option('--no-instructions', 'leave instruction fetches out')
    .option(
      '--fold <n>',
      'fold a reference to one of the last n pages recorded into that record',
      integer(1, 64),
      1,
    )
    .option(
      '--gap <pages>',
      'untouched pages that part two areas of memory',
      integer(0, 2 ** 31),
      16,
    )
    .option('--title <text>', 'what the trace is called (default: the name of the file)')
    .option('--note <text>', 'how it was made')
    .option('--command <text>', 'command line of the recorded program')
    .option('--quality <n>', 'effort of the compression', integer(0, 11), 5)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Formats:
  lackey  what valgrind --tool=lackey --trace-mem=yes PROGRAM prints
  u32     little-endian 32-bit page numbers, bit 31 set for a write
  csv     lines "page,write", or with a header line any of page, address, size, write (or op)
  text    a page number a line, decimal or 0x hexadecimal; with --page-shift, an address
  ucsd    lines "l 0xADDRESS GAP" for a load, "s 0xADDRESS GAP" for a store

Without --format the first line of the recording tells which it is, but for u32, which can look like
anything. What is packed with gzip or xz is unpacked; a u32 recording only if its name ends in .gz or .xz.

Example:
  valgrind --tool=lackey --trace-mem=yes --log-fd=9 sort words 9>&1 >sorted |
    swaplab trace import --format lackey --fold 16 -o sort.swtrace -`,
    )
    .action(importCommand);
}

async function importCommand(file: string, flags: ImportFlags): Promise<void> {
  const output = flags.output ?? besideOf(file);
  const progress = new Progress('import');
  const stop = stopOnSignal();
  const bytes = file === '-' ? null : sizeOf(file);
  const { header, warning } = await importTrace(inputOf(file, stop), {
    source: flags.format,
    file: output,
    pageBytes: PAGE_SIZES[pageSizes.indexOf(flags.pageSize)] as TraceHeader['pageBytes'],
    pageShift: flags.pageShift,
    unpack: flags.format !== 'u32' || PACKED.test(file),
    instructions: flags.instructions,
    fold: flags.fold,
    gap: flags.gap,
    title: flags.title ?? basename(output, extname(output)),
    made: flags.note ?? '',
    command: flags.command ?? '',
    quality: flags.quality,
    signal: stop,
    onProgress: ({ phase, done, total, references }) => {
      // Writing takes about a tenth of the time.
      if (phase === 'reading') {
        const read = bytes === null ? null : 0.9 * Math.min(1, done / bytes);
        progress.update(read, () => `${whole(references)} references, ${size(done)} read`);
      } else {
        progress.update(
          0.9 + 0.1 * (done / (total ?? done)),
          () => `${whole(done)} accesses written`,
        );
      }
    },
  }).finally(() => progress.end());
  if (warning !== undefined) process.stderr.write(`swaplab: ${warning}\n`);
  if (flags.json) return json({ file: output, ...header });
  print(
    `Wrote ${output}: ${whole(header.accesses)} accesses to ${whole(header.pages)} pages, ` +
      `folded from ${whole(header.references)} references.\n`,
  );
}

function besideOf(file: string): string {
  if (file === '-') throw invalid('Standard input has no name; accepted: -o FILE beside it.');
  const recording = basename(file).replace(PACKED, '');
  return join(dirname(file), `${basename(recording, extname(recording))}.swtrace`);
}

function sizeOf(file: string): number | null {
  try {
    const stat = statSync(file);
    return stat.isFile() ? stat.size : null;
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/**
 * A stream over a file or a named pipe. A read of a silent pipe in a thread could not be called off,
 * not even by exiting, so a pipe is watched like a socket.
 */
async function openInput(file: string): Promise<Readable> {
  if (file === '-') return process.stdin;
  if (!statSync(file).isFIFO()) return createReadStream(file, { highWaterMark: 1 << 20 });
  const fd = await promisify(open)(file, 'r');
  return new Socket({ fd, readable: true, writable: false });
}

async function* inputOf(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    const source = await openInput(file);
    const stop = () => void source.destroy();
    signal.addEventListener('abort', stop);
    try {
      for await (const chunk of source) yield chunk as Buffer;
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener('abort', stop);
      source.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw cannotRead(file === '-' ? 'standard input' : file, error);
  }
}
