// A process with a lab of its own, to be killed or to share a database with: says on standard output
// what becomes of its runs. `labProcess.ts DATA_DIR short|endless`
import { createLab } from '../../../src/main/lab/index.ts';
import { endlessScenario, smallScenario } from './scenarios.ts';

const [dataDir, mode] = process.argv.slice(2);
const lab = createLab({ host: 'cli', dataDir, concurrency: 2 });
const say = (line: string) => process.stdout.write(`${line}\n`);

let seed = 0;
const startNext = () => {
  seed++;
  const scenario =
    mode === 'endless'
      ? endlessScenario()
      : smallScenario({ name: `Seed ${seed}`, seed, accesses: 5000 * (1 + (seed % 5)) });
  return lab.startRun({ scenario });
};

lab.on({
  runChanged(run) {
    say(`${run.status} ${run.id} ${run.digest ?? ''}`);
    if (run.status === 'done') void startNext();
  },
  runProgress: ({ id }) => say(`progress ${id}`),
});
await startNext();
if (mode !== 'endless') {
  await startNext();
  await startNext();
}
