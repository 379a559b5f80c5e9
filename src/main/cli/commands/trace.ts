/** `swaplab trace`: makes trace files from recordings of real programs, describes and exports them. */
import { Option, type Command } from 'commander';
import { exportRaw } from '../../lab/traces/export.ts';
import { readTrace } from '../../lab/traces/format.ts';
import { describeTrace } from '../../lab/traces/info.ts';
import { jsonOption, type JsonOption } from '../options.ts';
import { whole } from '../output/figures.ts';
import { json, print } from '../output/write.ts';
import { describeForPeople } from '../output/traceReport.ts';
import { addTraceBounds } from './traceBounds.ts';
import { addTraceOpt } from './traceOpt.ts';
import { addTraceImport } from './traceImport.ts';

export function addTrace(program: Command): void {
  const trace = program
    .command('trace')
    .description('Make, describe, bound and export traces of page accesses');

  addTraceImport(trace);

  trace
    .command('info')
    .description('Describe a trace: footprint, working set, popularity, reuse')
    .argument('<file>', 'a .swtrace file, or raw page numbers in a .u32 file')
    .addOption(jsonOption())
    .action(async (file: string, options: JsonOption) => {
      const description = describeTrace(await readTrace(file));
      if (options.json) json({ file, ...description });
      else print(describeForPeople(description));
    });

  addTraceBounds(trace);
  addTraceOpt(trace);

  trace
    .command('export')
    .description('Write the accesses of a trace as raw page numbers')
    .argument('<file>', 'a .swtrace file')
    .addOption(new Option('--format <format>', 'format').choices(['u32']).default('u32'))
    .requiredOption('-o, --output <file>', 'file to write')
    .addOption(jsonOption())
    .action(async (file: string, { output, ...options }: JsonOption & { output: string }) => {
      const { accesses, pages } = await readTrace(file);
      exportRaw(accesses, output);
      if (options.json) json({ file: output, accesses: accesses.length, pages });
      else print(`Wrote ${whole(accesses.length)} accesses to ${output}.\n`);
    });
}
