// A process that brings a database up to date, to be killed while it does. `migrationVictim.ts FILE`
import { MIGRATIONS } from '../../src/main/lab/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/main/lab/database/open.ts';
import { LATER_STEPS } from './migrationRound.ts';

const migrations = [...MIGRATIONS, ...LATER_STEPS];
closeDatabase(openDatabase(process.argv[2] as string, { migrations }));
