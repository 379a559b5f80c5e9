/** A row of the catalogue of metrics, and the kernel files that rows name. */
import type { Metric, MetricUnit } from '../catalogue.ts';

export const VMSTAT = '/proc/vmstat';
export const STAT = '/proc/vmstat and memory.stat';
export const ZSWAP = '/sys/kernel/debug/zswap';
export const FRONTSWAP = '/sys/kernel/debug/frontswap';
export const CLEANCACHE = '/sys/kernel/debug/cleancache';
export const SIM = 'simulator';

/** Events add up over a run unless a row says otherwise. */
export type Row = [string, MetricUnit, Metric['better'], string, string, Metric['total']?];
