/** `swaplab recover`: what can be saved of a damaged database, or one of its backups in its place. */
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { backupsOf } from '../../lab/database/backup.ts';
import { recoverDatabase } from '../../lab/database/recover.ts';
import { restoreBackup } from '../../lab/database/replace.ts';
import { invalid } from '../../lab/errors.ts';
import { DATABASE, defaultDataDir } from '../../lab/paths.ts';
import { withDatabase, type DatabaseOption, type JsonOption } from '../options.ts';
import { json, print } from '../output/write.ts';

interface RecoverOptions extends DatabaseOption, JsonOption {
  backup?: string | true;
}

export function addRecover(program: Command): void {
  withDatabase(
    program
      .command('recover')
      .description('Save what can be read of a damaged database into a new one in its place')
      .addOption(
        new Option(
          '--backup [file]',
          'put a backup in its place instead: the newest, or this one (they are beside it)',
        ),
      ),
  ).action(({ db, backup, json: asJson }: RecoverOptions) => {
    const file = resolve(db ?? join(defaultDataDir(), DATABASE));
    const now = new Date();
    if (backup !== undefined) {
      const chosen = backup === true ? backupsOf(file)[0] : resolve(backup);
      if (chosen === undefined) throw invalid(`There is no backup beside ${file}.`);
      const damaged = restoreBackup(file, chosen, now);
      if (asJson) json({ file, backup: chosen, damaged });
      else print(`${file} is now as ${chosen} was; what was there is ${damaged}.\n`);
      return;
    }
    const recovered = recoverDatabase(file, now);
    if (asJson) return json({ file, ...recovered });
    const { rows, lost, withoutResult, damaged } = recovered;
    print(
      [
        `${rows['runs'] ?? 0} runs are in ${file}, ${withoutResult} of them without their results.`,
        lost > 0 ? `${lost} rows could not be read.` : 'Every row could be read.',
        `What was there is ${damaged}.\n`,
      ].join('\n'),
    );
  });
}
