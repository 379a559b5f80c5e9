/** `swaplab export` and `import`: runs as files. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { removeLeftovers, temporaryOf } from '../../lab/leftovers.ts';
import { cannotWrite } from '../../lab/traces/writer.ts';
import { readText } from '../input.ts';
import {
  databaseOption,
  runId,
  withDatabase,
  type DatabaseOption,
  type JsonOption,
} from '../options.ts';
import { print, json } from '../output/write.ts';
import { withLab } from '../session.ts';

interface ExportOptions extends DatabaseOption {
  format: 'json' | 'csv';
  output?: string;
}

export function addExchange(program: Command): void {
  program
    .command('export')
    .description('Write a run to a file: JSON holds all of it, CSV its figures')
    .argument('<id>', 'number of the run', runId)
    .addOption(new Option('--format <format>', 'format').choices(['json', 'csv']).default('json'))
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .addOption(databaseOption())
    .action(async (id: number, { db, format, output }: ExportOptions) => {
      const file = await withLab({ db, mustExist: true }, (lab) => lab.exportRun(id, format));
      if (output === undefined || output === '-') return print(file.text);
      writeWhole(output, file.text);
      process.stderr.write(`Wrote run ${id} to ${output}.\n`);
    });

  withDatabase(
    program
      .command('import')
      .description('Read a run that `swaplab export --format json` wrote')
      .argument('<file>', 'file to read, or - for standard input'),
  ).action(async (file: string, options: DatabaseOption & JsonOption) => {
    const text = await readText(file);
    const { id } = await withLab(options, (lab) => lab.importRun(text));
    if (options.json) json({ id });
    else print(`Imported as run ${id}.\n`);
  });
}

/** All of a file or nothing: a run that was exported before is not lost to a full disk. */
export function writeWhole(file: string, text: string): void {
  removeLeftovers(file, 'part');
  const temporary = temporaryOf(file, 'part');
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(file, error);
  }
}
