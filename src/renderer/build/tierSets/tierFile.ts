/** A set of tiers as a file: what it is called and what it holds, as it stands in a scenario. */
import { formatPath, scenarioSchema } from '../../../engine/scenario/index.ts';
import type { TierConfiguration } from '../../../main/lab/contract.ts';
import { isRecord } from '../formSchema.ts';
import { treeOf } from './tierSet.ts';

const FORMAT = 'swap-lab-tiers';
/** Files of version 1 hold the tiers alone. */
const VERSIONS: readonly unknown[] = [1, 2];

export interface TierFile {
  name: string;
  set: TierConfiguration;
}

export function writeTierFile({ name, set }: TierFile): string {
  const { format: version, ...parts } = set;
  return `${JSON.stringify({ format: FORMAT, version, name, ...parts }, null, 2)}\n`;
}

export const isTierFile = (value: unknown): boolean =>
  isRecord(value) && value['format'] === FORMAT;

/** Throws an error that says what is wrong with the file. */
export function readTierFile(value: unknown): TierFile {
  if (!isRecord(value) || value['format'] !== FORMAT)
    throw new Error(`it is no set of tiers; accepted: a file with "format": "${FORMAT}"`);
  if (!VERSIONS.includes(value['version']))
    throw new Error(
      `its version is ${JSON.stringify(value['version'])}; accepted: 1 and 2, the versions that this release reads`,
    );
  const { name, tiers, ...rest } = value;
  if (typeof name !== 'string' || name.trim() === '' || name.length > 200)
    throw new Error('its name is missing; accepted: text of 1 to 200 characters');
  if (!isRecord(tiers)) throw new Error('tiers is wrong; accepted: tiers by name');
  const { links, tierPolicies, kernel, groups } = value['version'] === 1 ? {} : rest;
  if (groups !== undefined && !isRecord(groups))
    throw new Error('groups is wrong; accepted: limits by the path of a cgroup');
  // Each part is what it would be in a scenario, which has a check for it.
  const parts = { tiers, links, tierPolicies, kernel, cgroups: treeOf(groups ?? {}) };
  const issue = scenarioSchema.safeParse(parts).error?.issues[0];
  if (issue) {
    const accepts = issue.message.replace(/^accepts: /, '');
    throw new Error(
      `${formatPath(issue.path as (string | number)[])} is wrong; accepted: ${accepts}`,
    );
  }
  const set = { format: 2, tiers, links, tierPolicies, kernel, groups } as TierConfiguration;
  return { name: name.trim(), set };
}
