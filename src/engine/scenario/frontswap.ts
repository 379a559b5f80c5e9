/** frontswap in a scenario: the host's pool, what it does when that is full, and its guests. */
import { z } from 'zod';
import { flag, integer, limit, name, namesOf, percent, size, time, word } from './fields.ts';
import { CODECS, DEVICES } from './presets.ts';

const guest = z
  .strictObject({
    weight: integer(1, 10_000, {
      title: 'Weight',
      description:
        'Share of the pool beside other guests, 100 where others have one. Not given for any guest: who comes first is served first.',
    }).optional(),
    quota: limit({
      title: 'Quota',
      description: 'Most of the pool that this guest may take, in place of guestQuota.',
    }).optional(),
    writethrough: flag({
      title: 'Writethrough',
      description:
        'Write each page to its device too: the host then may drop it at any time (an ephemeral pool).',
    }).default(false),
  })
  .meta({ title: 'Guest', description: 'A top-level cgroup, by its name.' });

export const frontswap = z
  .strictObject({
    enabled: flag({
      title: 'frontswap',
      description:
        'Offer every page to the RAM of the host before its device, inside the caller (kernels 3.5 to 6.5). Each top-level cgroup stands for a guest.',
    }).default(false),
    poolSize: size({
      title: 'Pool',
      description: 'RAM of the host for all guests together.',
    }).prefault('256MiB'),
    whenFull: word(['refuse', 'disk'], {
      title: 'When full',
      description:
        'refuse: the page goes to its device; disk: the host never refuses and writes its oldest pages to its own disk.',
    }).default('refuse'),
    hostDisk: word(namesOf(DEVICES), {
      title: 'Disk of the host',
      description: 'The class of device that it writes to with whenFull "disk".',
    }).default('nvme'),
    guestQuota: limit({
      title: 'Quota',
      description: 'Most of the pool that one guest may take.',
    }).prefault('max'),
    quotaWithMemory: flag({
      title: 'Quota with memory',
      description: "Count the guest's own memory towards its quota too, as Xen does.",
    }).default(false),
    guests: z
      .record(name, guest)
      .default({})
      .meta({ title: 'Guests', description: 'What differs for single guests, by name.' }),
    compressor: word(['none', ...namesOf(CODECS)], {
      title: 'Compressor',
      description: "Codec of the host, on the guest's CPU; its pool then counts compressed bytes.",
    }).default('none'),
    refuse: percent({
      title: 'Refused',
      description: 'Share of puts that the host refuses for no reason that a guest knows.',
    }).default(0),
    exclusiveGets: flag({
      title: 'Exclusive gets',
      description: 'A page that is read leaves the pool, and must be written again.',
    }).default(false),
    cleancache: flag({
      title: 'cleancache',
      description:
        'Offer clean pages of files that reclaim drops to the host too, which may drop them at any time (kernels 3.0 to 5.16); files are read from there before their disk.',
    }).default(false),
    hypercall: time({
      title: 'Hypercall',
      description: 'Time to the host and back, also when it refuses; estimate.',
    }).prefault('1.5us'),
    copy: time({
      title: 'Copy',
      description: 'Time to copy one page to or from the host; estimate.',
    }).prefault('0.5us'),
  })
  .meta({ title: 'frontswap', description: "Swap to a hypervisor's RAM, shared by guests." });
