/** What ships with the lab: built-in scenarios and traces. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
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
  readonly #folder: string | undefined;
  #scenarios: LabInfo['builtIn'] | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
    this.studies = folder && join(folder, 'studies');
  }

  /** The scenarios that ship with the lab, then the templates; other JSON files are left out. */
  scenarios(): LabInfo['builtIn'] {
    const folder = this.#folder;
    if (folder === undefined) return [];
    return (this.#scenarios ??= ['studies', 'templates'].flatMap((each) =>
      scenariosIn(join(folder, each)),
    ));
  }

  /** Files that ship with the lab, each as a scenario among the studies would name it. */
  files(extension: string): { name: string; path: string }[] {
    const { studies } = this;
    if (this.#folder === undefined || studies === undefined) return [];
    return filesIn(this.#folder, extension).map((path) => ({
      name: relative(studies, path).replaceAll('\\', '/'),
      path,
    }));
  }
}

function scenariosIn(folder: string): LabInfo['builtIn'] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => extname(file) === '.json')
    .sort()
    .flatMap((file) => {
      const scenario = readJson(join(folder, file));
      const checked = checkScenario(scenario);
      if (!checked.ok) return [];
      const { name, description } = checked.scenario;
      const id = file.slice(0, -extname(file).length);
      return [{ id, name, description, scenario: scenario as ScenarioInput }];
    });
}

export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Files anywhere in a folder with this extension, absolute; none where it does not exist. */
export function filesIn(folder: string, extension: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((path) => extname(path) === extension && isFile(path))
    .sort();
}

export const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
