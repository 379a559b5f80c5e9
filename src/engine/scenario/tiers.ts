/** The swap tiers of a scenario: block devices and zram. */
import { z } from 'zod';
import {
  Accepts,
  flag,
  integer,
  limit,
  namesOf,
  size,
  text,
  time,
  timeOverride,
  word,
} from './fields.ts';
import { CODECS, DEVICES } from './presets.ts';

const tierPriority = integer(-1, 32767, {
  title: 'Priority',
  description:
    'Higher is filled first; equal priorities take turns. Not given: in the order of the tiers.',
}).optional();

const plain = flag({
  title: 'Plain',
  description:
    'With kernel.swapSpace "virtual": outside of the virtual space, a swapfile as today, whose slots page tables name.',
}).optional();

const blockTier = z
  .strictObject({
    kind: z
      .literal('block')
      .meta({ title: 'Kind', description: 'A block device or a swap file on it.' }),
    device: word(namesOf(DEVICES), {
      title: 'Device',
      description: 'The class of device whose figures are used when not given below.',
    }),
    size: size({ title: 'Size', description: 'Swap space on the device.' }),
    priority: tierPriority,
    plain,
    readP50: timeOverride('Read, median', 'Service time of one random 4 KiB read.'),
    readP99: timeOverride('Read, 99th percentile', 'Service time of one random 4 KiB read.'),
    writeP50: timeOverride('Write, median', 'Service time of one random 4 KiB write.'),
    writeP99: timeOverride('Write, 99th percentile', 'Service time of one random 4 KiB write.'),
    sequential: timeOverride(
      'Sequential',
      'Service time of a request that continues the last one.',
    ),
    readBandwidth: size({
      title: 'Read bandwidth',
      description: 'Bytes per second that the device sustains.',
      unit: 'bytes/s',
    }).optional(),
    writeBandwidth: size({
      title: 'Write bandwidth',
      description: 'Bytes per second that the device sustains.',
      unit: 'bytes/s',
    }).optional(),
    parallelism: integer(1, 4096, {
      title: 'Parallelism',
      description: 'Requests that the device serves at the same time.',
    }).optional(),
    cpuPerPage: timeOverride(
      'CPU time of the network',
      'CPU time that the protocol takes on this machine for a page sent or received: 10 us for TCP in the classes of NBD, an estimate, and none in those of RDMA.',
    ),
    link: text(64, {
      title: 'Link',
      description:
        'Name of the link of `links` behind which the device is; its figures are then those of the server alone. The classes of NBD and RDMA have a network of their own in theirs.',
    }).optional(),
    rotational: flag({
      title: 'Rotational',
      description: 'A disk with heads: readahead by slot.',
    }).optional(),
    synchronous: flag({
      title: 'Synchronous',
      description: 'Served inside the caller, without a queue and without readahead.',
    }).optional(),
  })
  .meta({
    title: 'Block device',
    description: 'A tier that reads and writes whole pages on a device.',
  });

const zramTier = z
  .strictObject({
    kind: z
      .literal('zram')
      .meta({ title: 'Kind', description: 'A compressed block device in RAM.' }),
    codec: word(namesOf(CODECS), {
      title: 'Codec',
      description: 'Compression algorithm of the device.',
    }).default('lzo-rle'),
    size: size({ title: 'disksize', description: 'Uncompressed size of the device.' }),
    memLimit: limit({
      title: 'mem_limit',
      description: 'Most RAM that the device may take; writes beyond it fail.',
    }).prefault('max'),
    recompress: word(namesOf(CODECS), {
      title: 'recomp_algorithm',
      description: 'Second codec, which the action "zram-recompress" uses.',
    }).optional(),
    backing: z
      .strictObject({
        device: word(namesOf(DEVICES), { title: 'Device', description: 'The class of device.' }),
        size: size({ title: 'Size', description: 'Room for pages that are written back.' }),
      })
      .meta({
        title: 'backing_dev',
        description: 'Where the action "zram-writeback" writes pages, uncompressed.',
      })
      .optional(),
    priority: tierPriority,
    plain,
  })
  .meta({ title: 'zram', description: 'A tier that keeps pages compressed in RAM.' });

export const tier = z.discriminatedUnion('kind', [blockTier, zramTier], {
  error: Accepts.text('a tier with kind "block" or "zram"'),
});

/** A network link that remote tiers share. */
export const link = z
  .strictObject({
    bandwidth: size({
      title: 'Bandwidth',
      description: 'Bytes per second in each direction; 1.1 GB/s is what 10 GbE gives to NBD.',
      unit: 'bytes/s',
    }).prefault('1.1GB'),
    latencyP50: time({
      title: 'Round trip, median',
      description: 'Round trip of a request without its data; estimate.',
    }).prefault('40us'),
    latencyP99: time({
      title: 'Round trip, 99th percentile',
      description: 'Round trip of a request without its data; estimate.',
    }).prefault('400us'),
    cpuPerPage: time({
      title: 'CPU time',
      description:
        'CPU time that the protocol takes on this machine for a page sent or received; about 10 us for TCP, an estimate.',
    }).prefault('10us'),
  })
  .meta({
    title: 'Link',
    description: 'A network link; the tiers behind it share its bandwidth.',
  });
