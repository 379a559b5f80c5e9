/** The studies that ship with the lab, in the order in which they are listed. */
import type { Study } from '../../src/studies/study.ts';
import zswapWithoutASwapfile from './zswap-without-a-swapfile.ts';

export const STUDIES: readonly Study[] = [zswapWithoutASwapfile];
