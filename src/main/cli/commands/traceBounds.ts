/** `swaplab trace bounds`: what a trace would miss under LRU, FIFO, CLOCK and Belady's OPT. */
import { InvalidArgumentError, type Command } from 'commander';
import { LIMITS } from '../../../engine/scenario/index.ts';
import { traceBounds } from '../../lab/traces/bounds/bounds.ts';
import { readTrace } from '../../lab/traces/format.ts';
import { integer, jsonOption, type JsonOption } from '../options.ts';
import { Progress } from '../output/progress.ts';
import { boundsForPeople } from '../output/traceReport.ts';
import { json, print } from '../output/write.ts';
import { stopOnSignal } from '../signals.ts';

const MOST_SIZES = 64;

export function addTraceBounds(trace: Command): void {
  trace
    .command('bounds')
    .description("Misses of a trace under LRU, FIFO, CLOCK and Belady's OPT; the LRU curve")
    .argument('<file>', 'a .swtrace file, or raw page numbers in a .u32 file')
    .requiredOption('--frames <n,n,...>', 'numbers of frames to replay the trace with', framesOf)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Misses include the first touch of each page. Memory: 4 bytes for each access of the trace, 4.13 more
for the bounds, and at most 32 for each page.

Example:
  swaplab trace bounds resources/traces/sort.swtrace --frames 1000,2000,4000 --json`,
    )
    .action(async (file: string, { frames, ...options }: JsonOption & { frames: number[] }) => {
      const signal = stopOnSignal();
      const trace = await readTrace(file);
      const progress = new Progress('bounds');
      const bounds = await traceBounds(trace, {
        frames,
        signal,
        onProgress: (fraction, doing) => progress.update(fraction, () => doing),
      }).finally(() => progress.end());
      if (options.json) json({ trace: file, ...bounds });
      else print(boundsForPeople(bounds));
    });
}

function framesOf(text: string): number[] {
  const sizes = text.split(',').map((part) => integer(1, LIMITS.pages)(part.trim()));
  if (sizes.length <= MOST_SIZES) return sizes;
  throw new InvalidArgumentError(`Accepted: at most ${MOST_SIZES} numbers.`);
}
