// `npm run fuzz`: feeds every target, or those that --target names, for so many inputs or seconds.
import { parseArgs } from 'node:util';
import { buildTargets, fuzz, saveFinding } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: '' },
    runs: { type: 'string', default: '100000000' },
    time: { type: 'string', default: '5' },
    seed: { type: 'string', default: '20261121' },
    keep: { type: 'boolean', default: false },
  },
});

const built = await buildTargets();
const names = built.names.filter((name) => name.includes(values.target));
const seed = Number(values.seed);
console.log(`Fuzzing: seed ${seed}, ${values.time} s a target, ${new Date().toISOString()}`);
let total = 0;
let seconds = 0;
let findings = 0;
for (const target of names) {
  const result = await fuzz(built, {
    target,
    seed,
    runs: Number(values.runs),
    time: Number(values.time) * 1000,
    keep: values.keep,
  });
  total += result.runs;
  seconds += result.ms / 1000;
  findings += result.findings.length;
  console.log(
    `${target.padEnd(12)} ${String(result.runs).padStart(10)} inputs ${(result.ms / 1000).toFixed(0).padStart(6)} s ` +
      `${String(result.ways).padStart(6)} ways ${String(result.kept).padStart(5)} kept ` +
      `${String(result.rssMiB).padStart(5)} MiB ${result.findings.length} findings`,
  );
  for (const finding of result.findings) {
    console.log(
      `  ${finding.message.replaceAll('\n', '\n  ')}\n  input: ${saveFinding(target, finding)}`,
    );
  }
}
console.log(`${total} inputs in ${seconds.toFixed(0)} s with seed ${seed}, ${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
