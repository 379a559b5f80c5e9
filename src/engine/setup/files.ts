/** The files of a scenario: the disk that holds them, and the mapping of each area of a process. */
import type { Kernel } from '../kernel.ts';
import { FileMapping } from '../memory/fileMapping.ts';
import { FileReadahead } from '../memory/fileReadahead.ts';
import { PageCache } from '../memory/pageCache.ts';
import { FILE } from '../memory/pages.ts';
import { DEVICES, type DevicePreset } from '../scenario/presets.ts';
import type { Scenario, Workload } from '../scenario/schema.ts';
import { BlockTier } from '../tiers/block.ts';
import { BlockDevice } from '../tiers/blockDevice.ts';
import { deriveSeed } from '../workload/random.ts';

export function createPageCache(k: Kernel, { machine, kernel, run }: Scenario): PageCache {
  const figures: DevicePreset = DEVICES[machine.disk];
  const { synchronous } = figures;
  const queue = new BlockDevice(
    { ...figures, pageBytes: k.settings.pageBytes },
    deriveSeed(run.seed, 'device', 'files'),
  );
  const { dirtyWriteback, dirtyExpire, dirtyBackgroundPercent } = kernel.pageCache;
  return new PageCache(
    new BlockTier(k, queue, synchronous, !synchronous || figures.requestQueue === true),
    synchronous,
    {
      intervalNs: dirtyWriteback,
      expireNs: dirtyExpire,
      backgroundPercent: dirtyBackgroundPercent,
    },
  );
}

/** Makes the pages from `start` up to, not including, `end` those of a file. */
export function createMapping(
  k: Kernel,
  start: number,
  end: number,
  file: NonNullable<Workload['file']>,
): FileMapping {
  for (let page = start; page < end; page++) k.pages.setWhere(page, FILE);
  const { readAheadPages } = k.settings;
  const random = file.advice === 'random' || readAheadPages <= 1;
  return new FileMapping(
    start,
    end,
    file.access === 'mapped',
    file.access !== 'mapped' || file.advice === 'normal',
    file.executable,
    random ? null : new FileReadahead(start, end, readAheadPages),
  );
}
