/** The workloads of a scenario with the paths of their cgroups, in the order of the file. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';

export interface NamedWorkload {
  cgroup: string;
  workload: string;
}

type Cgroups = NonNullable<ScenarioInput['cgroups']>;

export function workloadsOf({ cgroups }: ScenarioInput): NamedWorkload[] {
  return within(cgroups, '');
}

function within(cgroups: Cgroups | undefined, parent: string): NamedWorkload[] {
  return Object.entries(cgroups ?? {}).flatMap(([name, { workloads, children }]) => {
    const cgroup = `${parent}/${name}`;
    const own = (workloads ?? []).map((each) => ({ cgroup, workload: each.name }));
    return [...own, ...within(children, cgroup)];
  });
}
