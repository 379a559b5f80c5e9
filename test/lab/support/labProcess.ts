// A process with a lab of its own and a run that does not end, to share a database with or to be killed:
// says on standard output what becomes of the run. `labProcess.ts DATA_DIR`
import { createLab } from '../../../src/main/lab/index.ts';
import { endlessScenario } from './scenarios.ts';

const lab = createLab({ host: 'cli', dataDir: process.argv[2], concurrency: 2 });
const say = (line: string) => process.stdout.write(`${line}\n`);

lab.on({
  runChanged: ({ id, status }) => say(`${status} ${id}`),
  runProgress: ({ id }) => say(`progress ${id}`),
});
await lab.startRun({ scenario: endlessScenario() });
