// Where the repository is, whatever folder a script was called from.
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..');
