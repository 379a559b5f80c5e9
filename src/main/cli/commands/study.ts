/** `swaplab study`: lists the studies, or runs one and prints its table and its verdict. */
import { Option, type Command } from 'commander';
import type { Lab } from '../../lab/index.ts';
import { notFound } from '../../lab/errors.ts';
import type { StudySummary } from '../../lab/contract.ts';
import { Exit, FAILED, INTERRUPTED } from '../failures.ts';
import { databaseOption, jsonOption } from '../options.ts';
import { Progress } from '../output/progress.ts';
import { describeStudy, listOfStudies } from '../output/studyReport.ts';
import { json, print } from '../output/write.ts';
import { withLab } from '../session.ts';

interface StudyOptions {
  save?: boolean;
  db?: string;
  json?: boolean;
}

export function addStudy(program: Command): void {
  program
    .command('study')
    .description('List the studies, or run one and say whether its claims hold')
    .argument('[name]', 'study to run; without it, the studies are listed')
    .addOption(new Option('--save', 'keep its runs in the database, tagged study:NAME'))
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  swaplab study
  swaplab study pool-size
  swaplab study pool-size --save --json

Without --save no database is opened or made. Ctrl-C cancels the study.
Exit code: 0 every claim came out as the study records it (a recorded refutation too), 1 a claim
came out otherwise or a run failed, 2 bad input, 130 cancelled.`,
    )
    .action(async (name: string | undefined, options: StudyOptions) => {
      await withLab({ db: options.db, inMemory: !options.save }, async (lab) => {
        if (name === undefined) {
          const studies = await lab.listStudies();
          if (options.json) json(studies);
          else print(listOfStudies(studies));
          return;
        }
        const study = await follow(lab, name, options.save ?? false);
        if (study.verdict === null) {
          process.stderr.write(`swaplab: the study came to no verdict: ${study.error}\n`);
          throw new Exit(FAILED);
        }
        if (options.json) json(study);
        else print(describeStudy(study));
        if (!study.verdict.asRecorded) throw new Exit(FAILED);
      });
    });
}

/** Runs a study to its end; the verdict is null when it did not come to one. */
async function follow(lab: Lab, name: string, save: boolean): Promise<StudySummary> {
  const before = (await lab.listStudies()).find((study) => study.name === name);
  if (!before) throw notFound(`There is no study "${name}"; \`swaplab study\` lists them.`);
  const progress = new Progress('study');
  const ended = Promise.withResolvers<StudySummary>();
  let cancelled = false;
  const stopListening = lab.on({
    studyChanged: (study) => {
      if (study.name === name && study.progress === null) ended.resolve(study);
    },
    studyProgress: (study, { fraction, done, total }) => {
      if (study === name) progress.update(fraction, () => `${done} of ${total} runs`);
    },
  });
  const cancel = () => {
    cancelled = true;
    lab.cancelStudy(name).catch(() => undefined);
  };
  // Once: a second Ctrl-C ends the process at once, as it would without a handler.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, cancel);
  try {
    await lab.runStudy({ name, save });
    const study = await ended.promise;
    if (cancelled) throw new Exit(INTERRUPTED);
    return study.error === null ? study : { ...study, verdict: null };
  } finally {
    progress.end();
    stopListening();
    for (const signal of signals) process.off(signal, cancel);
  }
}
