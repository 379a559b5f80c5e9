/** A workload of a scenario: pages, what they hold, and who accesses them how. */
import { z } from 'zod';
import {
  Accepts,
  extent,
  flag,
  integer,
  name,
  number,
  percent,
  text,
  time,
  word,
} from './fields.ts';
import { LIMITS } from './limits.ts';

const share = percent({
  title: 'Share',
  description: 'Percent of the pages that are of this class.',
});

export const contentClass = z.discriminatedUnion(
  'class',
  [
    z.strictObject({ class: z.literal('zero'), share }).meta({
      title: 'Zero',
      description: 'Nothing but zeros.',
    }),
    z.strictObject({ class: z.literal('same'), share }).meta({
      title: 'Same-filled',
      description: 'One value over and over, not zero.',
    }),
    z.strictObject({ class: z.literal('incompressible'), share }).meta({
      title: 'Incompressible',
      description: 'No codec makes it smaller.',
    }),
    z
      .strictObject({
        class: z.literal('compressible'),
        share,
        ratio: number(1, 64, {
          title: 'Ratio',
          description: 'Page size over mean compressed size with lzo; other codecs scale from it.',
        }).default(3),
        sigma: number(0, 2, {
          title: 'Spread',
          description: 'Standard deviation of the logarithm of the compressed size.',
        }).default(0.35),
      })
      .meta({ title: 'Compressible', description: 'Log-normal compressed size.' }),
  ],
  { error: Accepts.text('a class "zero", "same", "incompressible" or "compressible"') },
);

export const pattern = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('sequential') }).meta({
        title: 'Sequential',
        description: 'Every page in order, again and again.',
      }),
      z
        .strictObject({
          kind: z.literal('stride'),
          stride: integer(1, 1 << 24, {
            title: 'Stride',
            description: 'Pages from one access to the next.',
          }).default(16),
        })
        .meta({ title: 'Strided', description: 'Every n-th page, then the next column.' }),
      z.strictObject({ kind: z.literal('uniform') }).meta({
        title: 'Uniform',
        description: 'Every page equally likely.',
      }),
      z
        .strictObject({
          kind: z.literal('zipf'),
          exponent: number(0, 3, {
            title: 'Exponent',
            description: 'Skew of the popularity.',
          }).default(0.9),
          shuffle: flag({
            title: 'Shuffle',
            description:
              'Scatter popular pages over the address space instead of putting them first.',
          }).default(true),
        })
        .meta({ title: 'Zipf', description: 'Popularity falls with the rank.' }),
      z
        .strictObject({
          kind: z.literal('hotcold'),
          hot: percent({
            title: 'Hot pages',
            description: 'Share of the pages that is hot.',
          }).default(20),
          hotAccesses: percent({
            title: 'Hot accesses',
            description: 'Share of accesses that go to them.',
          }).default(80),
          shuffle: flag({
            title: 'Shuffle',
            description: 'Scatter hot pages over the address space.',
          }).default(true),
        })
        .meta({ title: 'Hot and cold', description: 'A hot set and the rest.' }),
      z
        .strictObject({
          kind: z.literal('phases'),
          workingSet: percent({
            title: 'Working set',
            description: 'Share of the pages in use at a time.',
          }).default(25),
          every: integer(1, 1e12, {
            title: 'Every',
            description: 'Accesses before the working set moves.',
          }).default(100000),
          shift: percent({
            title: 'Shift',
            description: 'How far it moves, as a share of the pages.',
          }).default(12.5),
        })
        .meta({
          title: 'Phases',
          description: 'A working set that moves through the address space.',
        }),
      z
        .strictObject({
          kind: z.literal('scanhot'),
          hot: percent({
            title: 'Hot pages',
            description: 'Share of the pages that is hot.',
          }).default(30),
          scan: percent({
            title: 'Scan accesses',
            description: 'Share of accesses that scan the rest.',
          }).default(20),
          exponent: number(0, 3, {
            title: 'Exponent',
            description: 'Zipf skew among the hot; 0 is uniform.',
          }).default(0),
        })
        .meta({
          title: 'Scan beside hot',
          description: 'A scan over cold pages beside a hot set.',
        }),
      z
        .strictObject({
          kind: z.literal('apps'),
          apps: integer(1, 1000, {
            title: 'Apps',
            description: 'Apps that share the pages in equal parts.',
          }).default(20),
          session: integer(1, 1e12, {
            title: 'Session',
            description: 'Accesses of an app before another one comes to the foreground.',
          }).default(50_000),
          launch: percent({
            title: 'Launch',
            description: "Share of an app's pages that its launch goes through in order.",
          }).default(50),
          exponent: number(0, 3, {
            title: 'Exponent',
            description: 'Skew of the popularity of the apps; 0 is uniform.',
          }).default(0.9),
        })
        .meta({
          title: 'Apps',
          description: 'Apps of a phone: launches, and one in the foreground at a time.',
        }),
      z
        .strictObject({
          kind: z.literal('leak'),
          workingSet: percent({
            title: 'Working set',
            description: 'Share of the pages that the program works on; the others leak.',
          }).default(10),
          every: integer(1, 1e12, {
            title: 'Every',
            description: 'Accesses from one leaked page to the next.',
          }).default(1000),
        })
        .meta({
          title: 'Leak',
          description: 'A working set beside pages that are written once and never used again.',
        }),
      z.strictObject({ kind: z.literal('cycle') }).meta({
        title: 'Cycle',
        description: 'One random permutation of the pages, again and again.',
      }),
    ],
    {
      error: Accepts.text(
        'a pattern of kind "sequential", "stride", "uniform", "zipf", "hotcold", "phases", "scanhot", "apps", "leak" or "cycle"',
      ),
    },
  )
  .meta({ title: 'Pattern', description: 'In which order pages are accessed.' });

export const workload = z
  .strictObject({
    name,
    pattern: pattern.optional(),
    trace: z
      .strictObject({
        file: text(4096, {
          title: 'Trace file',
          description:
            'A trace made by `swaplab trace import`; a relative path starts at the scenario.',
        }),
        repeat: integer(1, 1_000_000, {
          title: 'Repeat',
          description: 'How often the trace is replayed.',
        }).default(1),
      })
      .meta({ title: 'Trace', description: 'Replay the page accesses of a real program.' })
      .optional(),
    pages: extent({
      title: 'Pages',
      description: 'Memory of the workload; a trace brings its own.',
      unit: 'pages',
    }).optional(),
    file: z
      .strictObject({
        access: word(['mapped', 'read'], {
          title: 'Access',
          description:
            'mapped: through page tables, by faults and accessed bits; read: by read() and write() of whole pages.',
        }).default('mapped'),
        advice: word(['normal', 'random'], {
          title: 'Advice',
          description:
            'random: no readahead, and accessed bits of a mapping do not keep its pages (MADV_RANDOM).',
        }).default('normal'),
        executable: flag({
          title: 'Executable',
          description: 'Mapped pages of a program: one use is enough to be kept.',
        }).default(false),
      })
      .meta({
        title: 'File',
        description:
          'The pages are those of a file in the page cache, instead of anonymous memory.',
      })
      .optional(),
    contents: z
      .array(contentClass, { error: Accepts.text('a list of content classes') })
      .min(1, { error: Accepts.text('at least one content class') })
      .max(16, { error: Accepts.text('at most 16 content classes') })
      .default([
        { class: 'zero', share: 12 },
        { class: 'same', share: 1 },
        { class: 'incompressible', share: 12 },
        { class: 'compressible', share: 75, ratio: 3, sigma: 0.35 },
      ])
      .meta({
        title: 'Contents',
        description:
          'What the pages hold; shares add up to 100. The default is an estimate between published populations of servers and phones.',
      }),
    writes: percent({
      title: 'Writes',
      description: 'Share of accesses that write; a trace brings its own.',
    }).default(30),
    rewrites: percent({
      title: 'Content changes',
      description: 'Share of writes after which the contents of the page are drawn anew.',
    }).default(10),
    fill: flag({
      title: 'Fill first',
      description: 'Write every page once, in order, before the pattern starts.',
    }).default(false),
    threads: integer(1, LIMITS.threads, {
      title: 'Threads',
      description: 'Tasks that share the pages, each with its own stream of accesses.',
    }).default(1),
    forks: integer(0, 1000, {
      title: 'Forks',
      description:
        'Child processes that share every page with it: each has page tables of its own, and each maps a page again when it comes back.',
    }).default(0),
    sharing: word(['together', 'apart'], {
      title: 'Sharing',
      description:
        'With forks. together: whoever uses a page, all do, and nothing is copied; apart: each process has accesses of its own, maps for itself, and gets a copy of what it writes.',
    }).default('together'),
    thinkTime: time({
      title: 'Think time',
      description: 'Computing between two accesses.',
    }).prefault('0'),
    daily: z
      .strictObject({
        period: time({ title: 'Day', description: 'From one trough of the load to the next.' }),
        trough: number(1, 100, {
          title: 'Trough',
          description: 'Least load, percent of the full one.',
        }).default(50),
      })
      .meta({
        title: 'Daily load',
        description:
          'The load rises from its trough to full and falls again; the think time is that at full load.',
      })
      .optional(),
    accesses: integer(1, Number.MAX_SAFE_INTEGER, {
      title: 'Accesses',
      description:
        'Accesses of each thread before it exits; not given: until the run ends, a trace until its end.',
    }).optional(),
    start: time({ title: 'Start', description: 'Simulated time at which it starts.' }).prefault(
      '0',
    ),
    stop: time({
      title: 'Stop',
      description: 'Simulated time at which it exits and frees its memory; not given: at the end.',
    }).optional(),
  })
  .meta({
    title: 'Workload',
    description: 'A process: pages, their contents, and who accesses them how.',
  });
