// A few measured cases that guard the engine without the whole ground truth.
import { join } from 'node:path';

export const GROUND_TRUTH = join(import.meta.dirname, 'groundtruth');
