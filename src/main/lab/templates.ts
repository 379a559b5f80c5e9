/** Workloads and machines worth arguing about, as scenarios to start from (`resources/templates`). */
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { checkScenario, type ScenarioInput } from '../../engine/scenario/index.ts';
import { invalid, LabError } from './errors.ts';
import { findResources, isFile, readJson } from './resources.ts';

/** What a machine preset says about it; everything else comes from the template. */
type MachinePart = Required<Pick<ScenarioInput, 'machine' | 'kernel' | 'tiers'>>;

export interface Preset<T> {
  /** File name without `.json`. */
  id: string;
  name: string;
  description: string;
  value: T;
}

interface Described {
  name: string;
  description: string;
}

function presets<T>(folder: string): Preset<T>[] {
  const resources = findResources();
  if (resources === undefined) throw new LabError('storage', 'The folder resources is missing.');
  const path = join(resources, folder);
  return readdirSync(path)
    .filter((file) => file.endsWith('.json') && isFile(join(path, file)))
    .sort()
    .map((file) => {
      const value = readJson(join(path, file)) as T & Described;
      const { name, description } = value;
      return { id: file.slice(0, -'.json'.length), name, description, value };
    });
}

export const templates = () => presets<ScenarioInput>('templates');
export const machines = () => presets<MachinePart & Described>('machines');

function find<T>(what: string, all: Preset<T>[], id: string): T {
  const found = all.find((each) => each.id === id);
  if (found) return found.value;
  const accepted = all.map((each) => each.id).join(', ');
  throw invalid(`The ${what} is ${JSON.stringify(id)}; accepted: ${accepted}.`);
}

/** A template, on the machine it was written for or on another one. */
export function templateOn(id: string, machine?: string): ScenarioInput {
  const template = find('template', templates(), id);
  if (machine === undefined) return template;
  const { name, machine: hardware, kernel, tiers } = find('machine', machines(), machine);
  const scenario: ScenarioInput = {
    ...template,
    name: `${template.name} on: ${name}`,
    machine: hardware,
    kernel,
    tiers,
  };
  const checked = checkScenario(scenario);
  if (!checked.ok) throw invalid(`The template ${id} does not fit ${machine}.`, checked.issues);
  return scenario;
}
