// `npm run estimates`: what Build expects of the scenarios that ship with the lab, beside what they take.
// --only (part of a name), --every (only each nth), --time (minutes), --csv (a line for each, for other tools)
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { shipped } from './scenarios.ts';
import type { Answer, Figures, Question } from './worker.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
    time: { type: 'string', default: '60' },
    csv: { type: 'boolean', default: false },
  },
});
const FIGURES = ['ms', 'accesses', 'majorFaults', 'metadata', 'asked'] as const;
/** Below these a factor says nothing. */
const LEAST: Figures = { ms: 1, accesses: 1, majorFaults: 500, metadata: 65_536, asked: 0.01 };

const ask = (question: Question): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const file = new URL('./worker.ts', import.meta.url);
    const worker = new Worker(file, { workerData: question });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

const begun = Date.now();
const names = shipped()
  .map(({ name }) => name)
  .filter((name) => name.includes(values.only))
  .filter((_, index) => index % Number(values.every) === 0);
const rows: { name: string; expected: Answer; took: Answer }[] = [];
console.log(
  values.csv
    ? ['scenario', ...FIGURES.flatMap((each) => [`${each} expected`, each])].join(';')
    : `${'scenario'.padEnd(58)} ${['expected', 'took ms', 'factor'].map((each) => each.padStart(9)).join('')}`,
);
for (const name of names) {
  if (Date.now() - begun > Number(values.time) * 60_000) break;
  const took = await ask({ name, what: 'run' });
  const expected = await ask({ name, what: 'estimate' });
  rows.push({ name, expected, took });
  const figures = FIGURES.flatMap((each) => [expected[each], took[each]]);
  console.log(
    values.csv
      ? [name, ...figures].join(';')
      : `${name.slice(0, 58).padEnd(58)} ${[expected.ms.toFixed(0), took.ms.toFixed(0), (expected.ms / took.ms).toFixed(2)].map((each) => each.padStart(9)).join('')}${expected.pushed ? '  pushed' : ''}`,
  );
}

console.log(
  `\n${rows.length} of ${names.length} scenarios in ${((Date.now() - begun) / 1000).toFixed(0)} s; expected over taken:`,
);
for (const which of FIGURES) {
  for (const pushed of [false, true]) {
    const ratios = rows
      .filter(({ expected }) => expected.pushed === pushed && Number.isFinite(expected[which]))
      .map(({ expected, took }) => (expected[which] + LEAST[which]) / (took[which] + LEAST[which]))
      .sort((a, b) => a - b);
    if (ratios.length === 0) continue;
    const at = (part: number) => (ratios[Math.floor(part * (ratios.length - 1))] ?? 1).toFixed(2);
    const close = ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length;
    console.log(
      `${which.padEnd(12)}${pushed ? 'pushed' : '      '} ${close} of ${ratios.length} within a factor of 2; a tenth below ${at(0.1)}, median ${at(0.5)}, a tenth above ${at(0.9)}`,
    );
  }
}
