/** The machine of a scenario: RAM, processors, and what software paths cost on them. */
import { z } from 'zod';
import { integer, namesOf, number, size, timeOverride, word } from './fields.ts';
import { COSTS, DEVICES } from './presets.ts';

const costs = z
  .strictObject({
    preset: word(namesOf(COSTS), {
      title: 'Cost preset',
      description: 'Where the figures below come from when they are not given.',
    }).default('server'),
    access: timeOverride('Access', 'One access to a resident page, without think time.'),
    minorFault: timeOverride('Minor fault', 'Anonymous zero-fill fault.'),
    swapCacheFault: timeOverride(
      'Swap-cache fault',
      'Fault that finds its page in the swap cache.',
    ),
    majorFault: timeOverride('Major fault', 'Software path of a major fault without its backend.'),
    zeroFill: timeOverride('Zero fill', 'Filling a page that was swapped out as all zeros.'),
    zeroCheck: timeOverride('Zero check', 'Testing a page for zeros before it is swapped out.'),
    scanPage: timeOverride('Scan', 'Looking at one page of an LRU list.'),
    unmapPage: timeOverride('Unmap', 'Unmapping one page at swap-out.'),
    tlbFlush: timeOverride('TLB flush', 'One batched shootdown for up to 32 pages.'),
    slotAllocate: timeOverride('Slot allocation', 'Allocating one swap slot.'),
    slotFree: timeOverride('Slot free', 'Freeing one swap slot.'),
    walkPte: timeOverride(
      'Page-table walk',
      'Looking at one entry in a walk over all page tables; the default is an upper bound derived from a published swapoff.',
    ),
    agePte: timeOverride(
      'Aging, entry',
      'MGLRU: looking at one page-table entry of a walk; estimate, 8 entries share a cache line.',
    ),
    ageFolio: timeOverride(
      'Aging, page',
      'MGLRU: giving one page another generation; estimate, a cache miss without a reverse-map walk.',
    ),
    blockRequest: timeOverride('Block request', 'Submitting and completing one block request.'),
    contextSwitch: timeOverride('Context switch', 'Putting a task to sleep and waking it.'),
    workerWake: timeOverride(
      'Worker wake-up',
      'From queueing work until a sleeping kernel worker runs on another CPU.',
    ),
    visitCgroup: timeOverride(
      'Visit of a cgroup',
      'Finding the next cgroup of a walk over all of them and looking at its zswap entries.',
    ),
    codecScale: number(0.01, 1000, {
      title: 'Codec scale',
      description: 'Multiplies compression and decompression times of every codec.',
    }).optional(),
  })
  .meta({
    title: 'Software costs',
    description: 'CPU time of the kernel paths that the run charges.',
  });

export const machine = z
  .strictObject({
    memory: size({ title: 'RAM', description: 'Memory of the machine.' }).prefault('1GiB'),
    kernelMemory: size({
      title: 'Kernel memory',
      description: 'RAM that the kernel itself holds and no workload can use.',
    }).prefault('0B'),
    cpus: integer(1, 256, { title: 'CPUs', description: 'Processors that run tasks.' }).default(2),
    pageSize: word(['4KiB', '16KiB', '64KiB'], {
      title: 'Page size',
      description: 'Size of a base page; zsmalloc classes and device times scale with it.',
    }).default('4KiB'),
    disk: word(namesOf(DEVICES), {
      title: 'Disk',
      description:
        'The class of device that holds files. It is a device of its own: swap on the same class does not wait for it.',
    }).default('nvme'),
    costs: costs.prefault({}),
  })
  .meta({
    title: 'Machine',
    description: 'RAM, processors and what the software paths cost on them.',
  });
