/** Tells by its first line in what form a recording is; raw words (u32) look like anything. */
import { invalid } from '../../errors.ts';
import type { TraceHeader } from '../header.ts';

/** Bytes in which a first line must come; none that means anything is nearly as long. */
const MOST_START = 1 << 16;

/** By a line, without the white space around it; the first that fits. */
const FORMS: readonly (readonly [TraceHeader['source'], RegExp])[] = [
  ['lackey', /^(==\d+==|--\d+--|I {2}[0-9a-f]+,\d+$|[LSM] [0-9a-f]+,\d+$)/i],
  ['ucsd', /^[ls] 0x[0-9a-f]+ \d+$/],
  ['text', /^(0x[0-9a-f]+|\d+)$/i],
  ['csv', /^((0x[0-9a-f]+|\d+),|[a-z, ]*\b(page|address|addr)\b[a-z, ]*$)/i],
];

const ACCEPTED =
  'lines in the form lackey, csv, text or ucsd, or --format u32 for raw words, which cannot be told from anything else';

/** The form of a recording, and all of it again. */
export async function recognise(
  input: AsyncIterable<Buffer>,
): Promise<{ source: TraceHeader['source']; recording: AsyncIterable<Buffer> }> {
  const chunks = input[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  for (;;) {
    const { done, value } = await chunks.next();
    if (!done) start = start.length === 0 ? value : Buffer.concat([start, value]);
    const line = firstLine(start.toString('latin1'), done === true);
    if (line === undefined && !done && start.length < MOST_START) continue;
    const source = FORMS.find(([, form]) => line !== undefined && form.test(line))?.[0];
    if (source !== undefined) return { source, recording: again(start, chunks) };
    await chunks.return?.();
    const found = line === undefined ? 'has no line' : `begins with ${shown(line)}`;
    throw invalid(`The recording ${found}; accepted: ${ACCEPTED}.`);
  }
}

/** The first line that is neither empty nor a comment, once it is complete. */
function firstLine(text: string, isAll: boolean): string | undefined {
  const lines = text.split('\n');
  if (!isAll) lines.pop();
  return lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'));
}

const shown = (line: string) => JSON.stringify(line.length > 60 ? `${line.slice(0, 57)}...` : line);

async function* again(start: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield start;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}
