/** Opens a file that a person chose or dropped on the window: a scenario, a run, a set of tiers, or a trace. */
import { withSetting } from '../../engine/scenario/index.ts';
import type { App } from '../app/app.svelte.ts';
import { fileNameOf } from '../ui/files.ts';
import { addCgroup, rename } from './edits.ts';
import { isRecord } from './formSchema.ts';
import { readScenarioText } from './scenarioText.ts';
import { isTierFile, readTierFile } from './tierSets/tierFile.ts';

/** Of a trace: what the lab takes in one message. */
const MOST_BYTES = 48 * 2 ** 20;

const isRun = (value: unknown) => isRecord(value) && value['format'] === 'swap-lab-run';

export async function openFile(app: App, file: File): Promise<void> {
  try {
    if (file.size > MOST_BYTES)
      throw new Error(
        `it has ${Math.ceil(file.size / 2 ** 20)} MiB; accepted here: up to ${MOST_BYTES / 2 ** 20} MiB. \`swaplab trace import\` takes more`,
      );
    if (/\.json$/i.test(file.name) || file.type === 'application/json') await openJson(app, file);
    else await openTrace(app, file);
  } catch (error) {
    app.toasts.error(`${file.name}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function openJson(app: App, file: File): Promise<void> {
  const text = await file.text();
  const read = readScenarioText(text);
  if (!read.ok) throw new Error(read.message);
  if (isTierFile(read.scenario)) return await keepTiers(app, read.scenario);
  if (isRun(read.scenario)) return await importRun(app, file.name, text);
  app.draft.open({ label: file.name, scenario: read.scenario });
  app.router.show('build');
}

async function importRun(app: App, name: string, text: string): Promise<void> {
  const imported = await app.attempt(app.lab.api.importRun(text));
  if (!imported) return;
  app.toasts.info(`Imported ${name} as run ${imported.id}.`);
  app.router.go({ screen: 'run', ids: [imported.id] });
}

/** Keeps the set under its name, as its next version where the name is known. */
async function keepTiers(app: App, value: unknown): Promise<void> {
  const { name, set } = readTierFile(value);
  const kept = await app.attempt(app.lab.api.saveTierConfiguration(name, set));
  if (!kept) return;
  app.toasts.info(`Kept the tiers “${kept.name}”, version ${kept.version}.`, {
    label: 'Use them here …',
    run: () => {
      app.router.show('build');
      app.draft.asJson = false;
      app.tierSetsAsked = kept;
    },
  });
}

/** The trace is kept by the lab and replayed by a workload in a group of its own, which can be undone. */
async function openTrace(app: App, file: File): Promise<void> {
  const kept = await app.attempt(app.lab.api.importTrace(file.name, await base64Of(file)));
  if (!kept) return;
  app.traces = [...app.traces.filter((each) => each.file !== kept.file), kept];
  const { draft } = app;
  const group = addCgroup(draft.scenario, []);
  const name = fileNameOf(kept.title)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 60);
  const taken = Object.keys(draft.scenario.cgroups ?? {});
  const free = name !== '' && !taken.includes(name);
  const at = free ? ['cgroups', name] : group.path;
  const scenario = free ? rename(group.scenario, group.path, name) : group.scenario;
  const workload = { name: name || 'trace', trace: { file: kept.file } };
  draft.change(withSetting(scenario, [...at, 'workloads'], [workload]));
  draft.selection = [...at, 'workloads', 0];
  draft.asJson = false;
  app.router.show('build');
  app.toasts.info(`Kept ${file.name} as a trace; ${at[1] ?? ''} replays it.`);
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(new Error('it cannot be read'));
    reader.readAsDataURL(file);
  });
}
