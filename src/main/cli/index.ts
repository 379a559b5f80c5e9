/** The `swaplab` command: the lab from a shell. Each subcommand has a file of its own. */
import { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { addBench } from './commands/bench.ts';
import { addCompare } from './commands/compare.ts';
import { addDataFolder } from './commands/dataFolder.ts';
import { addExchange } from './commands/exchange.ts';
import { addFidelity } from './commands/fidelity.ts';
import { addLife } from './commands/life.ts';
import { addLibrary } from './commands/library.ts';
import { addRecover } from './commands/recover.ts';
import { addRun } from './commands/run.ts';
import { addSchema } from './commands/schema.ts';
import { addServe } from './commands/serve.ts';
import { addSweep } from './commands/sweep.ts';
import { addStudy } from './commands/study.ts';
import { addTemplate } from './commands/template.ts';
import { addTrace } from './commands/trace.ts';
import { INTERRUPTED, report } from './failures.ts';
import { tolerateClosedPipe } from './output/write.ts';

const program = new Command('swaplab')
  .description('Simulates Linux swap: run scenarios, keep the runs, compare them')
  .version(packageJson.version)
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `
Runs are kept in the database of the app, or in the one that --db names. Results go to standard
output, progress and complaints to standard error.
Exit code: 0 done, 1 the run or the command failed, 2 bad input.`,
  );

addRun(program);
addSweep(program);
addLibrary(program);
addCompare(program);
addExchange(program);
addRecover(program);
addDataFolder(program);
addTemplate(program);
addTrace(program);
addLife(program);
addSchema(program);
addServe(program);
addBench(program);
addFidelity(program);
addStudy(program);

tolerateClosedPipe();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'));
  // A read that waits for a silent pipe would keep the process alive.
  if (process.exitCode === INTERRUPTED) process.exit();
}
