/** Which part of the drawing a path of the scenario belongs to. */
import type { Path } from './formSchema.ts';

/** Parts that are lists or maps of their own, beside the machine and the cgroups. */
export const COLLECTIONS: readonly string[] = ['links', 'tierPolicies', 'actions', 'controllers'];

export function partOf(path: Path): Path {
  const [first, second] = path;
  switch (first) {
    case 'tiers':
      return path.length > 1 ? path.slice(0, 2) : ['machine'];
    case 'kernel':
      if (second === 'zswap') return ['kernel', 'zswap'];
      return second === 'virtualSwap' || second === 'swapSpace'
        ? ['kernel', 'virtualSwap']
        : ['kernel'];
    case 'cgroups': {
      const workload = path.indexOf('workloads');
      if (workload > 0 && typeof path[workload + 1] === 'number')
        return path.slice(0, workload + 2);
      // Names stand at odd places, with `children` between them.
      let end = 2;
      while (path[end] === 'children' && path.length > end + 1) end += 2;
      return path.length > 1 ? path.slice(0, end) : ['run'];
    }
    case 'machine':
      return ['machine'];
    case 'links':
    case 'tierPolicies':
    case 'actions':
    case 'controllers':
      return [first];
    default:
      return ['run'];
  }
}
