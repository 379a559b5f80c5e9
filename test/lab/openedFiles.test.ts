// Files that the desktop hands to the app: what becomes of each kind, and what is said of the others.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { finished, openLab, temporaryFolder } from './support/lab.ts';
import { smallScenario } from './support/scenarios.ts';

it('a scenario is passed on with its folder, once, and pages hear of it', async () => {
  const lab = openLab();
  let told = 0;
  lab.on({ fileOpened: () => (told += 1) });
  const folder = temporaryFolder();
  const text = JSON.stringify(smallScenario());
  writeFileSync(join(folder, 'a.swscenario'), text);
  writeFileSync(join(folder, 'b.json'), 'no JSON');
  await lab.openFile(join(folder, 'a.swscenario'));
  await lab.openFile(join(folder, 'b.json'));
  expect(told).toBe(2);
  expect(await lab.takeOpened()).toEqual([
    { kind: 'scenario', name: 'a.swscenario', text, baseDir: folder },
    { kind: 'scenario', name: 'b.json', text: 'no JSON', baseDir: folder },
  ]);
  expect(await lab.takeOpened()).toEqual([]);
});

it('a run is imported, and the same run only once', async () => {
  const there = openLab();
  const { id } = await there.startRun({ scenario: smallScenario() });
  const { digest } = await finished(there, id);
  const { text, fileName } = await there.exportRun(id, 'json');
  expect(fileName).toMatch(/\.swrun$/);
  const file = join(temporaryFolder(), fileName);
  writeFileSync(file, text);

  // Where it was made it is there already.
  await there.openFile(file);
  expect(await there.takeOpened()).toEqual([{ kind: 'run', name: fileName, id }]);
  expect((await there.listRuns({})).total).toBe(1);

  const here = openLab();
  await here.openFile(file);
  await here.openFile(file);
  const [first, second] = await here.takeOpened();
  expect(first).toMatchObject({ kind: 'run', name: fileName });
  expect(second).toEqual(first);
  const { runs } = await here.listRuns({});
  expect(runs.map((run) => run.digest)).toEqual([digest]);
  // One that was deleted comes back as a new one.
  await here.deleteRuns([runs[0]!.id]);
  await here.openFile(file);
  expect((await here.listRuns({})).runs.map((run) => run.digest)).toEqual([digest]);
});

it('what cannot be opened is named with its reason', async () => {
  const lab = openLab();
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  mkdirSync(at('folder.swrun'));
  writeFileSync(at('large.swrun'), Buffer.alloc(64 * 1024 * 1024 + 1, ' '));
  writeFileSync(at('broken.swrun'), '{"format":"swap-lab-run","version":1}');
  for (const name of ['none.swrun', 'folder.swrun', 'large.swrun', 'broken.swrun']) {
    await lab.openFile(at(name));
  }
  const refusals = (await lab.takeOpened()).map((file) => [
    file.name,
    file.kind === 'refused' ? file.message : file.kind,
  ]);
  expect(refusals).toEqual([
    ['none.swrun', 'it is not there any more.'],
    ['folder.swrun', 'it is not a file.'],
    ['large.swrun', 'it holds 67108865 bytes; accepted: at most 64 MiB.'],
    ['broken.swrun', expect.stringContaining('not a complete exported run')],
  ]);
  expect((await lab.listRuns({})).total).toBe(0);
});
