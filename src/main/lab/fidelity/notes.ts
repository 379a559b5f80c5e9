/** What is known about why the engine is off, for the page that lists large errors. */
import type { CaseComparison, CounterComparison } from './compare.ts';

interface Note {
  applies: (c: CaseComparison, errors: readonly CounterComparison[]) => boolean;
  text: string;
}

const any = (errors: readonly CounterComparison[], ...names: string[]) =>
  errors.some(({ counter }) => names.includes(counter));

/** The first that applies is given. */
const NOTES: Note[] = [
  {
    applies: (c) => c.id.includes('memlimit'),
    text: 'Behaviour only: refused writes are tried again until the OOM killer comes; how often depends on one or two pages on the active list, which add a forced pass to each reclaim.',
  },
  {
    applies: (c) => c.id.startsWith('f-pool1'),
    text: 'How fast the writeback worker is depends on how many cgroups the machine has, which was not recorded; the kernel itself varies by tens of percent.',
  },
  {
    applies: (c, errors) => c.device.startsWith('z') && any(errors, 'workingset_activate_anon'),
    text: 'The kernel is bistable here: two of its five repeats are as the engine to the page, the others agree among themselves. After how many updates the statistics are flushed decides whether refaults count as recent.',
  },
  {
    applies: (c) => ['disk', 'mixed'].includes(c.device),
    text: 'Asynchronous writeback: how many pages are under way when reclaim meets them depends on the disk, whose service times are estimates.',
  },
];

export function notesFor(c: CaseComparison, errors: readonly CounterComparison[]): string {
  return NOTES.find((note) => note.applies(c, errors))?.text ?? 'Not known.';
}
