/** Finds one's way in a checked scenario. */
import type { Cgroup, Scenario, Workload } from './schema.ts';

/** Visits every cgroup below the root, parents first, with its path in the file and its depth. */
export function eachCgroup(
  cgroups: Record<string, Cgroup>,
  visit: (cgroup: Cgroup, path: PropertyKey[], depth: number) => void,
  path: PropertyKey[] = ['cgroups'],
  depth = 1,
): void {
  for (const [name, cgroup] of Object.entries(cgroups)) {
    const here = [...path, name];
    visit(cgroup, here, depth);
    eachCgroup(cgroup.children, visit, [...here, 'children'], depth + 1);
  }
}

/** Pages of a workload, or undefined when its trace decides. */
export function workloadPages(workload: Workload, pageBytes: number): number | undefined {
  if (!workload.pages) return undefined;
  return 'pages' in workload.pages
    ? workload.pages.pages
    : Math.ceil(workload.pages.bytes / pageBytes);
}

export function pageBytes(scenario: Scenario): number {
  return { '4KiB': 4096, '16KiB': 16384, '64KiB': 65536 }[scenario.machine.pageSize];
}

/** `/web/api` for the path of a cgroup in the file, as cgroup v2 would show it. */
export function cgroupPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key, i) => (i % 2 === 1 ? `${text}/${String(key)}` : text), '');
}
