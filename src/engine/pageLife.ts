/** Questions about single pages of a run: what happened to one, and which one is worth a look. */
import type { Kernel, Process } from './kernel.ts';
import { DEVICE, SWAPCACHE } from './memory/pages.ts';
import { PageLives } from './metrics/pageLives.ts';
import type { LifeEvent } from './result.ts';

/** A page, numbered from 0, of the workload of that name in the cgroup with that path. */
export interface WatchedPage {
  cgroup: string;
  workload: string;
  page: number;
}

/** Pages to record, or all pages' major faults to count, so that the hottest can be found. */
export type Watch = readonly WatchedPage[] | 'hottest';

/** A page that the scenario does not have; the message says which there are. */
export class UnknownPage extends Error {}

export interface Life {
  events: LifeEvent[];
  /** More happened than was recorded. */
  truncated: boolean;
}

export function watchPages(k: Kernel, watch: Watch): void {
  const counts = watch === 'hottest' ? new Uint16Array(k.pages.count) : null;
  const pages = watch === 'hottest' ? [] : watch.map((each) => indexOf(k, each));
  k.lives = new PageLives(pages, k.flows.names, counts);
}

export function lifeOf(k: Kernel, watched: WatchedPage): Life {
  const index = indexOf(k, watched);
  const events = (k.lives?.events ?? [])
    .filter(({ page }) => page === index)
    .map((event) => ({ ...event, page: watched.page }));
  return { events, truncated: k.lives?.truncated ?? false };
}

/**
 * Of the pages that a device alone holds now, the one with the most major faults; undefined when
 * there is none, or when nobody counted.
 */
export function hottestOnDevice(k: Kernel): WatchedPage | undefined {
  const { pages } = k;
  const majorFaults = k.lives?.majorFaults ?? null;
  if (majorFaults === null) return undefined;
  let hottest = -1;
  let most = 0;
  for (let page = 0; page < pages.count; page++) {
    if (majorFaults[page] <= most) continue;
    if (pages.where(page) !== DEVICE || (pages.flags[page] & SWAPCACHE) !== 0) continue;
    hottest = page;
    most = majorFaults[page];
  }
  if (hottest < 0) return undefined;
  const { memcg, name, base } = k.processes[pages.process(hottest)];
  return { cgroup: memcg.path, workload: name, page: hottest - base };
}

function indexOf(k: Kernel, { cgroup, workload, page }: WatchedPage): number {
  const process = k.processes.find((p) => p.memcg.path === cgroup && p.name === workload);
  if (!process) {
    throw new UnknownPage(
      `No workload "${workload}" in the cgroup "${cgroup}"; accepted: ${k.processes.map(nameOf).join(', ')}.`,
    );
  }
  if (!Number.isInteger(page) || page < 0 || page >= process.count) {
    throw new UnknownPage(
      `${nameOf(process)} has no page ${page}; accepted: a whole number from 0 to ${process.count - 1}.`,
    );
  }
  return process.base + page;
}

const nameOf = ({ memcg, name }: Process) => `"${memcg.path}" "${name}"`;
