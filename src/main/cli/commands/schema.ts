/** `swaplab schema` and `check`: what a scenario may say, and whether one says it right. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { checkScenario, scenarioJsonSchema } from '../../../engine/scenario/index.ts';
import type { ScenarioIssue } from '../../lab/contract.ts';
import { LabError } from '../../lab/errors.ts';
import { findResources } from '../../lab/resources.ts';
import { findTraces } from '../../lab/traceFiles.ts';
import { BAD_INPUT, Exit } from '../failures.ts';
import { readScenario } from '../input.ts';
import { collect, jsonOption, type JsonOption } from '../options.ts';
import { fieldTables } from '../output/fieldTables.ts';
import { json, print } from '../output/write.ts';

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('Print the JSON Schema of scenarios')
    .option('--markdown', 'print tables of all fields instead')
    .addOption(jsonOption())
    .action(({ markdown }: { markdown?: boolean }) => {
      const schema = scenarioJsonSchema();
      if (markdown) print(fieldTables(schema));
      else json(schema);
    });

  program
    .command('check')
    .description('Say everything that is wrong with a scenario, without running it')
    .argument('<scenario>', 'scenario file in JSON, or - for standard input')
    .option('--set <path=value>', 'change a setting first; may be given again', collect)
    .addOption(jsonOption())
    .action(async (file: string, options: JsonOption & { set?: string[] }) => {
      const source = await readScenario(file, options.set);
      const issues = issuesOf(source.scenario, source.baseDir);
      if (options.json) json({ ok: issues.length === 0, issues });
      else if (issues.length === 0) print('The scenario is sound.\n');
      else process.stderr.write(issues.map(({ message }) => `${message}\n`).join(''));
      if (issues.length > 0) throw new Exit(BAD_INPUT);
    });
}

/** Also looks whether the traces are there, as a run would. */
function issuesOf(scenario: unknown, baseDir: string): ScenarioIssue[] {
  const checked = checkScenario(scenario);
  if (!checked.ok) return checked.issues;
  const resources = findResources();
  try {
    findTraces(checked.scenario, [baseDir, resources && join(resources, 'studies')]);
    return [];
  } catch (error) {
    if (error instanceof LabError && error.issues) return error.issues;
    throw error;
  }
}
