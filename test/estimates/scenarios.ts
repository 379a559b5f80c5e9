/** Every scenario that ships with the lab: the first run, templates on each machine, scenarios of studies. */
import { basename, join } from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';
import { STUDIES } from '../../resources/studies/index.ts';
import { checkScenario, type ScenarioInput } from '../../src/engine/scenario/index.ts';

const resources = join(import.meta.dirname, '../../resources');

export interface Shipped {
  name: string;
  scenario: ScenarioInput;
  /** Folder that its relative trace paths start at. */
  folder: string;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as ScenarioInput;

function jsonIn(folder: string): { id: string; scenario: ScenarioInput }[] {
  return readdirSync(join(resources, folder))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      id: basename(file, '.json'),
      scenario: read(join(resources, folder, file)),
    }));
}

/** The lab offers a template on any machine that it fits. */
function* onMachines(id: string, template: ScenarioInput): Generator<[string, ScenarioInput]> {
  yield [id, template];
  for (const { id: machineId, scenario } of jsonIn('machines')) {
    const { machine, kernel, tiers } = scenario;
    const moved = { ...template, machine, kernel, tiers } as ScenarioInput;
    if (checkScenario(moved).ok) yield [`${id} on ${machineId}`, moved];
  }
}

export function shipped(): Shipped[] {
  const studies = join(resources, 'studies');
  const templates = join(resources, 'templates');
  return [
    { name: 'first-run', scenario: read(join(studies, 'first-run.json')), folder: studies },
    ...jsonIn('templates').flatMap(({ id, scenario }) =>
      [...onMachines(id, scenario)].map(([name, moved]) => ({
        name,
        scenario: moved,
        folder: templates,
      })),
    ),
    ...STUDIES.flatMap((study) =>
      Object.entries(study.scenarios).map(([name, scenario]) => ({
        name: `${study.name}: ${name}`,
        scenario,
        folder: studies,
      })),
    ),
  ];
}
