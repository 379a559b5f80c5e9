/** A set of tiers as a file: what it is called and the tiers, as they stand in a scenario. */
import { scenarioSchema, formatPath } from '../../engine/scenario/index.ts';
import type { TierConfiguration } from '../../main/lab/contract.ts';
import { isRecord } from './formSchema.ts';

const FORMAT = 'swap-lab-tiers';
const VERSION = 1;

export interface TierSet {
  name: string;
  tiers: TierConfiguration;
}

export const writeTierFile = ({ name, tiers }: TierSet): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, name, tiers }, null, 2)}\n`;

export const isTierFile = (value: unknown): boolean =>
  isRecord(value) && value['format'] === FORMAT;

/** Throws an error that says what is wrong with the file. */
export function readTierFile(value: unknown): TierSet {
  if (!isRecord(value) || value['format'] !== FORMAT)
    throw new Error(`it is no set of tiers; accepted: a file with "format": "${FORMAT}"`);
  if (value['version'] !== VERSION)
    throw new Error(
      `its version is ${JSON.stringify(value['version'])}; accepted: ${VERSION}, the version that this release reads`,
    );
  const { name, tiers } = value;
  if (typeof name !== 'string' || name.trim() === '' || name.length > 200)
    throw new Error('its name is missing; accepted: text of 1 to 200 characters');
  const read = scenarioSchema.shape.tiers.safeParse(tiers);
  const issue = read.error?.issues[0];
  if (issue || !isRecord(tiers)) {
    const where = formatPath(['tiers', ...((issue?.path ?? []) as (string | number)[])]);
    const accepts = issue?.message.replace(/^accepts: /, '') ?? 'tiers by name';
    throw new Error(`${where} is wrong; accepted: ${accepts}`);
  }
  return { name: name.trim(), tiers: tiers as TierConfiguration };
}
