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
    .description(
      'Say everything that is wrong with a scenario, and what it asks for in vain, without running it',
    )
    .argument('<scenario>', 'scenario file in JSON, or - for standard input')
    .option('--set <path=value>', 'change a setting first; may be given again', collect)
    .addOption(jsonOption())
    .action(async (file: string, options: JsonOption & { set?: string[] }) => {
      const source = await readScenario(file, options.set);
      const { issues, warnings } = findings(source.scenario, source.baseDir);
      const ok = issues.length === 0;
      if (options.json) json({ ok, issues, warnings });
      else {
        if (ok) print(`The scenario is sound${warnings.length > 0 ? ', but:' : '.'}\n`);
        const lines = [...issues, ...warnings].map(({ message }) => `${message}\n`);
        process.stderr.write(lines.join(''));
      }
      if (!ok) throw new Exit(BAD_INPUT);
    });
}

/** Also looks whether the traces are there, as a run would. */
function findings(
  scenario: unknown,
  baseDir: string,
): { issues: ScenarioIssue[]; warnings: ScenarioIssue[] } {
  const checked = checkScenario(scenario);
  if (!checked.ok) return { issues: checked.issues, warnings: [] };
  const { warnings } = checked;
  const resources = findResources();
  try {
    findTraces(checked.scenario, [baseDir, resources && join(resources, 'studies')]);
    return { issues: [], warnings };
  } catch (error) {
    if (error instanceof LabError && error.issues) return { issues: error.issues, warnings };
    throw error;
  }
}
