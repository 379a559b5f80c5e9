/** The settings of the simulated kernel, and what its paths cost, from a scenario. */
import type { KernelSettings } from '../kernel.ts';
import { COSTS, type CostPreset } from '../scenario/presets.ts';
import type { Scenario } from '../scenario/schema.ts';
import { pageBytes } from '../scenario/walk.ts';
import { given } from './given.ts';

export function costsOf(scenario: Scenario): CostPreset {
  const { preset, ...overrides } = scenario.machine.costs;
  return { ...COSTS[preset], ...given(overrides) };
}

/**
 * Watermarks of the one zone, pages: min_free_kbytes is the square root of 16 times the memory in
 * KiB, from 128 KiB to 256 MiB; low and high lie above it by the larger of a quarter of it and
 * watermark_scale_factor ten-thousandths of memory.
 */
export function watermarks(
  memoryBytes: number,
  page: number,
  scaleFactor: number,
  minFreeBytes?: number,
): { min: number; low: number; high: number } {
  const automatic =
    Math.min(262144, Math.max(128, Math.floor(Math.sqrt((memoryBytes / 1024) * 16)))) * 1024;
  const min = Math.floor((minFreeBytes ?? automatic) / page);
  const gap = Math.max(
    Math.floor(min / 4),
    Math.floor(((memoryBytes / page) * scaleFactor) / 10000),
  );
  return { min, low: min + gap, high: min + 2 * gap };
}

export function settingsOf(scenario: Scenario): KernelSettings {
  const { machine, kernel } = scenario;
  const page = pageBytes(scenario);
  const marks = watermarks(machine.memory, page, kernel.watermarkScaleFactor, kernel.minFree);
  return {
    pageBytes: page,
    pagesPerTable: page / 8,
    totalPages: Math.floor(machine.memory / page),
    kernelPages: Math.ceil(machine.kernelMemory / page),
    swappiness: kernel.swappiness,
    chargesZswap: kernel.cgroup === 'v2',
    waitsForWriteback: kernel.cgroup === 'v1',
    pageCluster: kernel.pageCluster,
    vmaReadahead: kernel.vmaReadahead,
    readAheadPages: Math.floor(kernel.pageCache.readAhead / page),
    statsFlushNs: kernel.statsFlush,
    statsReadEvery: kernel.statsReadEveryFaults,
    cpus: machine.cpus,
    minWatermark: marks.min,
    lowWatermark: marks.low,
    highWatermark: marks.high,
  };
}
