/** What ships with the lab: built-in scenarios and traces. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { checkScenario, type ScenarioInput } from '../../engine/scenario/index.ts';
import type { LabInfo } from './contract.ts';

/** The nearest `resources` above this file: in the repository and in the built app alike. */
export function findResources(from: string = import.meta.dirname): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'resources');
    if (existsSync(join(candidate, 'studies'))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

export class Resources {
  /** Folder of the studies, absolute; undefined where the installation lacks it. */
  readonly studies: string | undefined;
  #scenarios: LabInfo['builtIn'] | undefined;

  constructor(folder: string | undefined) {
    this.studies = folder && join(folder, 'studies');
  }

  /** The scenarios that ship with the lab; other JSON files beside them are left out. */
  scenarios(): LabInfo['builtIn'] {
    this.#scenarios ??= this.files('.json').flatMap((file) => {
      const scenario = readJson(join(this.studies ?? '', file));
      const checked = checkScenario(scenario);
      if (!checked.ok || file.includes('/')) return [];
      const { name, description } = checked.scenario;
      const id = file.slice(0, -extname(file).length);
      return [{ id, name, description, scenario: scenario as ScenarioInput }];
    });
    return this.#scenarios;
  }

  /** Files under the studies with this extension, relative to it, with `/` between folders. */
  files(extension: string): string[] {
    const folder = this.studies;
    return folder === undefined ? [] : filesIn(folder, extension);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Files anywhere in a folder with this extension, relative to it; none where it does not exist. */
export function filesIn(folder: string, extension: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension) && isFile(join(folder, file)))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

export const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
