/** `swaplab template`: scenarios to start from, and machines to put them on. */
import type { Command } from 'commander';
import { machines, templateOn, templates, type Preset } from '../../lab/templates.ts';
import { jsonOption, type JsonOption } from '../options.ts';
import { table } from '../output/table.ts';
import { json, print } from '../output/write.ts';

export function addTemplate(program: Command): void {
  const template = program
    .command('template')
    .description('List and print scenarios to start from');

  template
    .command('list')
    .description('List the templates and the machines that they can be put on')
    .addOption(jsonOption())
    .action((options: JsonOption) => {
      const all = { templates: templates().map(described), machines: machines().map(described) };
      if (options.json) return json(all);
      print(
        table(['Template', 'What it is'], rows(all.templates)) +
          '\n' +
          table(['Machine', 'What it is'], rows(all.machines)),
      );
    });

  template
    .command('print')
    .description('Print a template as a scenario, which `swaplab run -` takes')
    .argument('<template>', 'name of the template')
    .option('--machine <name>', 'put it on this machine instead of its own')
    .addHelpText(
      'after',
      `
Example:
  swaplab template print cache-zipf --machine laptop | swaplab run -`,
    )
    .action((id: string, { machine }: { machine?: string }) => json(templateOn(id, machine)));
}

const described = ({ id, name, description }: Preset<unknown>) => ({ id, name, description });

const rows = (all: { id: string; name: string }[]) => all.map(({ id, name }) => [id, name]);
