// `npm run torture`: kills the lab in every way for so many rounds or minutes, and prints what held.
import { parseArgs } from 'node:util';
import { campaign, KINDS, type Kind } from './campaign.ts';
import { killInWork } from './serverRounds.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    time: { type: 'string', default: '60' },
    seed: { type: 'string', default: '20261121' },
    kind: { type: 'string', default: '' },
    app: { type: 'boolean', default: false },
  },
});

/** Only where there is an Electron and a display: it takes two seconds a round. */
async function appKind(): Promise<Kind[]> {
  if (!values.app) return [];
  const { startApp } = await import('./appVictim.ts');
  return [{ name: 'app in runs, imports and deletions', weight: 8, round: killInWork(startApp) }];
}

const kinds = [...(await appKind()), ...KINDS].filter(({ name }) => name.includes(values.kind));
const seed = Number(values.seed);
const begun = Date.now();
const seconds = () => Math.round((Date.now() - begun) / 1000);
console.log(
  `Torture: seed ${seed}, at most ${values.count} rounds and ${values.time} minutes, ${new Date().toISOString()}`,
);
try {
  const result = await campaign({
    seed,
    kinds,
    count: Number(values.count),
    time: Number(values.time) * 60_000,
    onRound: (round) => {
      if (round % 50 === 0) console.log(`${round} rounds, ${seconds()} s`);
    },
  });
  for (const [name, rounds] of result.byKind) console.log(`${String(rounds).padStart(6)}  ${name}`);
  console.log(
    `${result.rounds} kills in ${seconds()} s with seed ${seed}: nothing damaged, lost, half there or left behind.`,
  );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
// An app or a server of a failed round must not keep the campaign from ending.
process.exit();
