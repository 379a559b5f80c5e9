/** `swaplab trace opt`: how far a run on a trace was from Belady's OPT. */
import type { Command } from 'commander';
import { runId, withDatabase, type DatabaseOption, type JsonOption } from '../options.ts';
import { optForPeople } from '../output/traceReport.ts';
import { json, print } from '../output/write.ts';
import { withLab } from '../session.ts';

export function addTraceOpt(trace: Command): void {
  withDatabase(
    trace
      .command('opt')
      .description("Compare a run on a trace with Belady's OPT in the same memory")
      .argument('<run>', 'id of a run that was kept', runId)
      .addHelpText(
        'after',
        `
Frames are memory.max of the cgroup less what is not pages: page tables, and what zswap held there on
average. OPT and LRU bring pages in at their access only and pay nothing for it; what they miss is
counted as major faults are, without the first touch of each page.

Example:
  swaplab trace opt 12 --json`,
      ),
  ).action(async (id: number, options: DatabaseOption & JsonOption) => {
    await withLab({ ...options, mustExist: true }, async (lab) => {
      const compared = await lab.compareWithOpt(id);
      if (options.json) json(compared);
      else print(optForPeople(compared));
    });
  });
}
