/** The mapped areas of a process. */
import type { Area, Process } from '../kernel.ts';

/** The mapped area that holds the page. */
export function areaOf(process: Process, page: number): Area {
  const { areas } = process;
  let low = 0;
  let high = areas.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (areas[middle].start <= page) low = middle;
    else high = middle - 1;
  }
  return areas[low];
}
