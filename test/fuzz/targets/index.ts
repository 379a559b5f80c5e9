// All targets, as one module to be built.
import { database } from './database.ts';
import { importedRun, rpc } from './lab.ts';
import { engine, scenario, settings } from './scenario.ts';
import { packed, recordings, swtrace } from './traces.ts';
import type { Target } from '../target.ts';

export const targets: readonly Target[] = [
  ...recordings,
  packed,
  swtrace,
  scenario,
  settings,
  engine,
  importedRun,
  rpc,
  database,
];
