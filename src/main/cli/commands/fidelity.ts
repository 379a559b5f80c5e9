/** `swaplab fidelity`: how close the engine comes to what a real kernel did. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalid } from '../../lab/errors.ts';
import { compareCase, type CaseComparison, type FailedCase } from '../../lab/fidelity/compare.ts';
import { caseIds, readGrades } from '../../lab/fidelity/format.ts';
import { fidelityDocument } from '../../lab/fidelity/document.ts';
import { summariseCases } from '../../lab/fidelity/summary.ts';
import { writeFileSync } from 'node:fs';
import { Exit, FAILED } from '../failures.ts';
import { collect, jsonOption, type JsonOption } from '../options.ts';
import { caseReport, summaryReport } from '../output/fidelityReport.ts';
import { Progress } from '../output/progress.ts';
import { json, print } from '../output/write.ts';

interface FidelityOptions extends JsonOption {
  case: string[];
  write?: string;
}

export function addFidelity(program: Command): void {
  program
    .command('fidelity')
    .description('Replay measured cases and compare every counter with the real kernel')
    .argument('<folder>', 'folder with cases/ID.json and results/ID.json')
    .option('--case <id>', 'only this case; may be given several times', collect, [])
    .option('--write <file>', 'also write the comparison as Markdown to this file')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Counters have the kernel's names and count the traces of a case; those of another phase have its
name in front, such as fill/pswpout. swapin counts pages brought in (pswpin + zswpin + swpin_zero),
swapout pages written out of memory. An error is in percent of the kernel's median, or absolute
where that is under 100; "within" says whether the engine lies within the kernel's own repeats.
Exit code: 1 when a case could not be replayed.`,
    )
    .action((folder: string, options: FidelityOptions) => fidelity(resolve(folder), options));
}

function fidelity(folder: string, options: FidelityOptions): void {
  const all = caseIds(folder);
  for (const id of options.case) {
    if (!all.includes(id)) throw invalid(`There is no case ${id} in ${folder}.`);
  }
  const ids = options.case.length > 0 ? all.filter((id) => options.case.includes(id)) : all;
  const grades = readGrades(folder);
  const progress = new Progress('fidelity');
  const cases: CaseComparison[] = [];
  const failed: FailedCase[] = [];
  ids.forEach((id, i) => {
    progress.update(i / ids.length, () => id);
    const compared = compareCase(folder, id, grades);
    if ('reason' in compared) failed.push(compared);
    else cases.push(compared);
  });
  progress.end();
  const summary = summariseCases(cases, failed);
  if (options.write !== undefined)
    writeFileSync(resolve(options.write), fidelityDocument(cases, summary));
  if (options.json) json({ cases, summary });
  else {
    for (const each of cases) print(`${caseReport(each)}\n`);
    print(summaryReport(summary));
  }
  if (failed.length > 0) throw new Exit(FAILED);
}
