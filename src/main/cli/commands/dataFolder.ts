/** `swaplab data-folder`: says where runs and traces are kept, or moves them. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { moveData } from '../../lab/dataFolder.ts';
import { defaultDataDir } from '../../lab/paths.ts';
import { jsonOption, type JsonOption } from '../options.ts';
import { json, print } from '../output/write.ts';

export function addDataFolder(program: Command): void {
  program
    .command('data-folder')
    .description('Say where runs and traces are kept, or move them to another folder')
    .argument('[folder]', 'folder to move them to; one that holds a database is used as it is')
    .addOption(jsonOption())
    .action((folder: string | undefined, { json: asJson }: JsonOption) => {
      if (folder === undefined) {
        const current = defaultDataDir();
        return asJson ? json({ folder: current }) : print(`${current}\n`);
      }
      const { from, to, copied } = moveData(resolve(folder));
      if (asJson) return json({ from, to, copied });
      const how = copied ? 'was copied from' : 'was there already; nothing was copied from';
      print(`The data is in ${to} from now on. It ${how} ${from}, which stays as it was.\n`);
    });
}
