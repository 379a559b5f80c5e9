/** What no single field of a scenario can tell: names that must exist, sums, and bounds. */
import { LIMITS } from './limits.ts';
import { MOST_SHARERS } from '../memory/sharedPages.ts';
import type { Scenario, Workload } from './schema.ts';
import {
  cgroupPaths,
  checkLinks,
  checkMove,
  checkOutage,
  checkPriority,
  checkSwapTiers,
  checkTierChoice,
  checkTierPolicies,
  oneOf,
} from './tierChecks.ts';
import { checkZspageOrder } from './zswapChecks.ts';
import { checkZramAction } from './zramChecks.ts';
import { formatSize, SIZE_ACCEPTED } from './units.ts';
import { eachCgroup, pageBytes, workloadPages } from './walk.ts';

/** Reports the field at a path with what it would accept. */
export type Report = (path: readonly PropertyKey[], accepted: string) => void;

export function crossChecks(scenario: Scenario, report: Report): void {
  checkMachine(scenario, report);
  checkTiers(scenario, report);
  checkLinks(scenario, report);
  checkSwapTiers(scenario, report);
  checkTierPolicies(scenario, report);
  checkFrontswap(scenario, report);
  checkZspageOrder(scenario, report);
  checkRun(scenario, report);
  checkCgroups(scenario, report);
  checkSwapSpace(scenario, report);
  checkActions(scenario, report);
  checkControllers(scenario, report);
}

function checkMachine(scenario: Scenario, report: Report): void {
  const page = pageBytes(scenario);
  if (scenario.machine.memory < 64 * page || scenario.machine.memory > 2 ** 46) {
    report(['machine', 'memory'], `a size from ${formatSize(64 * page)} to 64 TiB`);
  }
  if (scenario.machine.kernelMemory >= scenario.machine.memory) {
    report(['machine', 'kernelMemory'], 'a size below machine.memory');
  }
}

function checkTiers(scenario: Scenario, report: Report): void {
  const page = pageBytes(scenario);
  const tiers = Object.keys(scenario.tiers);
  if (tiers.length > LIMITS.tiers) report(['tiers'], `at most ${LIMITS.tiers} tiers`);
  for (const [name, tier] of Object.entries(scenario.tiers)) {
    if (tier.size < 2 * page) {
      report(
        ['tiers', name, 'size'],
        `a size of at least two pages (${formatSize(2 * page)}); the first holds the header`,
      );
    }
    const most = LIMITS.pages * page;
    if (tier.size > most) report(['tiers', name, 'size'], `at most ${formatSize(most)}`);
    if (tier.kind === 'zram' && tier.backing && tier.backing.size > most) {
      report(['tiers', name, 'backing', 'size'], `at most ${formatSize(most)}`);
    }
    if (tier.plain && scenario.kernel.swapSpace !== 'virtual') {
      report(
        ['tiers', name, 'plain'],
        'false unless kernel.swapSpace is "virtual": elsewhere every tier is a plain one',
      );
    }
    if (tier.kind === 'block') {
      for (const [low, high] of [
        ['readP50', 'readP99'],
        ['writeP50', 'writeP99'],
      ] as const) {
        const a = tier[low];
        const b = tier[high];
        if (a !== undefined && b !== undefined && b < a)
          report(['tiers', name, high], `a time not below ${low}`);
      }
    }
  }
}

function checkFrontswap({ kernel, tiers, cgroups }: Scenario, report: Report): void {
  if (!kernel.frontswap.enabled) return;
  // Kernels without frontswap call zswap in its place; those with it are not modelled with both.
  if (kernel.zswap.enabled) {
    report(['kernel', 'frontswap', 'enabled'], 'false while kernel.zswap.enabled is true');
  }
  if (Object.keys(tiers).length === 0) {
    report(['kernel', 'frontswap', 'enabled'], 'false without a tier: each page needs a slot');
  }
  const names = Object.keys(cgroups);
  for (const guest of Object.keys(kernel.frontswap.guests)) {
    if (!names.includes(guest))
      report(
        ['kernel', 'frontswap', 'guests', guest],
        oneOf(names, 'nothing: there are no cgroups'),
      );
  }
}

function checkSwapSpace({ kernel }: Scenario, report: Report): void {
  if (kernel.swapSpace !== 'pinned') return;
  if (kernel.zswap.enabled) {
    report(
      ['kernel', 'zswap', 'enabled'],
      'false while kernel.swapSpace is "pinned": a page that keeps its slot cannot go from the pool to a device later; a tier of kind "zram" can compress instead',
    );
  }
  if (kernel.frontswap.enabled) {
    report(
      ['kernel', 'frontswap', 'enabled'],
      'false while kernel.swapSpace is "pinned": a page in the host\'s pool also holds a slot behind it, which is "reserved"',
    );
  }
}

function checkRun(scenario: Scenario, report: Report): void {
  if (scenario.run.sampleEvery === 0) report(['run', 'sampleEvery'], 'a time above 0');
  if (
    scenario.run.duration !== undefined &&
    scenario.run.duration / Math.max(1, scenario.run.sampleEvery) > LIMITS.samples
  ) {
    report(
      ['run', 'sampleEvery'],
      `an interval that gives at most ${LIMITS.samples} samples over run.duration`,
    );
  }
}

function checkCgroups(scenario: Scenario, report: Report): void {
  const page = pageBytes(scenario);
  let groups = 0;
  let workloads = 0;
  let pages = 0;
  let endless = false;
  eachCgroup(scenario.cgroups, (cgroup, path, depth) => {
    groups++;
    if (depth > LIMITS.cgroupDepth) report(path, `at most ${LIMITS.cgroupDepth} levels of cgroups`);
    checkTierChoice(scenario, cgroup.memory.swap, [...path, 'memory', 'swap'], report);
    const seen = new Set<string>();
    cgroup.workloads.forEach((workload, i) => {
      const here = [...path, 'workloads', i];
      workloads++;
      if (seen.has(workload.name))
        report([...here, 'name'], 'a name that no other workload of the cgroup has');
      seen.add(workload.name);
      if ((workload.pattern === undefined) === (workload.trace === undefined)) {
        report(
          [...here, workload.pattern ? 'trace' : 'pattern'],
          'either a pattern or a trace, one of the two',
        );
      }
      const extent = workloadPages(workload, page);
      if (workload.pattern && extent === undefined)
        report([...here, 'pages'], 'a number of pages, or a size such as "256MiB"');
      if (workload.trace && workload.pages)
        report([...here, 'pages'], 'nothing: a trace brings its own pages');
      if (workload.trace && workload.threads > 1)
        report([...here, 'threads'], '1: a trace is one stream of accesses');
      if (workload.trace && workload.trace.file === '')
        report([...here, 'trace', 'file'], 'the path of a trace file');
      if (workload.daily?.period === 0) report([...here, 'daily', 'period'], 'a time above 0');
      if (
        workload.pattern?.kind === 'stride' &&
        extent !== undefined &&
        workload.pattern.stride > extent
      ) {
        report([...here, 'pattern', 'stride'], `at most the ${extent} pages of the workload`);
      }
      checkSharing(workload, here, report);
      pages += (extent ?? 0) * (workload.sharing === 'apart' ? workload.forks + 2 : 1);
      const shares = workload.contents.reduce((sum, c) => sum + c.share, 0);
      if (Math.abs(shares - 100) > 1e-6) {
        report(
          [...here, 'contents'],
          `shares that add up to 100 (they add up to ${Number(shares.toFixed(6))})`,
        );
      }
      if (workload.stop !== undefined && workload.stop <= workload.start) {
        report([...here, 'stop'], 'a time after start');
      }
      if (workload.pattern && workload.accesses === undefined && workload.stop === undefined)
        endless = true;
    });
  });
  if (groups > LIMITS.cgroups) report(['cgroups'], `at most ${LIMITS.cgroups} cgroups`);
  if (workloads === 0) report(['cgroups'], 'at least one cgroup with at least one workload');
  if (workloads > LIMITS.workloads) report(['cgroups'], `at most ${LIMITS.workloads} workloads`);
  if (pages > LIMITS.pages) {
    report(
      ['cgroups'],
      `at most ${LIMITS.pages} pages in all workloads together (there are ${pages})`,
    );
  }
  if (endless && scenario.run.duration === undefined && scenario.run.accesses === undefined) {
    report(
      ['run'],
      'a duration or a number of accesses, because a workload here never ends by itself',
    );
  }
}

/** Sharers that use their pages apart draw accesses of their own, and each is a bit of a word. */
function checkSharing(
  { sharing, forks, pattern, file, daily }: Workload,
  path: readonly PropertyKey[],
  report: Report,
): void {
  if (sharing !== 'apart') return;
  if (forks < 1 || forks >= MOST_SHARERS)
    report([...path, 'forks'], `1 to ${MOST_SHARERS - 1} while sharing is "apart"`);
  if (!pattern || file || daily)
    report(
      [...path, 'sharing'],
      '"together" unless the workload has a pattern, anonymous memory and no daily load',
    );
}

function checkActions(scenario: Scenario, report: Report): void {
  const tiers = Object.keys(scenario.tiers);
  const groups = cgroupPaths(scenario);
  scenario.actions.forEach((action, i) => {
    const here = ['actions', i];
    const asksHost = action.do === 'set-host-pool' || action.do === 'shrink-frontswap';
    if (asksHost && !scenario.kernel.frontswap.enabled)
      report([...here, 'do'], 'another action, as kernel.frontswap.enabled is false');
    if (action.do === 'shrink-frontswap' && action.cgroup.lastIndexOf('/') > 0)
      report([...here, 'cgroup'], 'a cgroup directly below the root, which stands for a guest');
    // zswap is a tier as well, which swapoff can empty.
    const pool = action.do === 'swapoff' && scenario.kernel.zswap.enabled ? ['zswap'] : [];
    const named = [...new Set([...tiers, ...pool])];
    if ('tier' in action && !named.includes(action.tier))
      report([...here, 'tier'], oneOf(named, 'nothing: the scenario has no tiers'));
    checkZramAction(scenario, action, here, report);
    if (action.do === 'outage') checkOutage(scenario, action, here, report);
    if (action.do === 'set-priority') checkPriority(scenario, action, here, report);
    if (action.do === 'move-pages') checkMove(scenario, action, here, report);
    if (action.do === 'set-tiers') checkTierChoice(scenario, action, here, report);
    if ('move' in action && action.rate === 0) report([...here, 'rate'], 'a size above 0');
    if (action.do === 'memory-reclaim' && action.source === 'any') {
      if (action.amount === Infinity) report([...here, 'amount'], SIZE_ACCEPTED);
      if (action.olderThan > 0) report([...here, 'olderThan'], 'nothing unless source is "zswap"');
    }
    if ('cgroup' in action && !groups.has(action.cgroup))
      report([...here, 'cgroup'], oneOf([...groups].sort(), 'nothing: there are no cgroups'));
  });
}

function checkControllers(scenario: Scenario, report: Report): void {
  const groups = cgroupPaths(scenario);
  scenario.controllers.forEach((controller, i) => {
    const here = ['controllers', i];
    if (!groups.has(controller.cgroup))
      report([...here, 'cgroup'], oneOf([...groups].sort(), 'nothing: there are no cgroups'));
    if (controller.interval === 0) report([...here, 'interval'], 'a time above 0');
    if (!('scanEvery' in controller)) return;
    if (controller.scanEvery === 0) report([...here, 'scanEvery'], 'a time above 0');
    // Each scan clears the accessed bits that another one would look for.
    const below = (a: string, b: string) => `${a}/`.startsWith(`${b}/`);
    const scanned = scenario.controllers.slice(0, i).find((other) => {
      const { cgroup } = controller;
      return 'scanEvery' in other && (below(other.cgroup, cgroup) || below(cgroup, other.cgroup));
    });
    if (scanned) {
      report([...here, 'cgroup'], `a cgroup that no other scan covers (${scanned.cgroup} has one)`);
    }
  });
}
