// Where the programs are that a campaign kills.
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..');

export const builtProgram = (name: 'cli.js' | 'server.js') => join(root, 'out', 'main', name);

/** Lets plain Node run the lab's sources, whose worker is imported as the bundler has it. */
export const workerHook = join(root, 'test', 'lab', 'support', 'nodeWorkerHook.ts');
