/** What somebody who knows swap would say before a run: each remark with its reason and its source. */
import { parsePath, type ScenarioIssue } from '../../../engine/scenario/index.ts';
import type { Demand, SettingPath } from './demand.ts';
import { cgroupRules } from './cgroupRules.ts';
import { kernelRules } from './kernelRules.ts';
import { tierRules } from './tierRules.ts';
import { zswapRules } from './zswapRules.ts';

export interface Advice {
  /** Of the rule, and of what it speaks of where it can speak of several. */
  id: string;
  /** A warning says that the run will not do what it seems meant to do; a note, what to know. */
  level: 'warning' | 'note';
  /** What stands out. */
  what: string;
  /** Why it matters. */
  why: string;
  /** Kernel file or function, or paper, that the reason comes from. */
  source: string;
  /** The setting it is about. */
  path: SettingPath;
  /** A setting that would answer it; `undefined` takes the setting out. */
  fix?: { label: string; path: SettingPath; value: unknown };
}

export type Rule = (demand: Demand) => Advice[];

const RULES: readonly Rule[] = [...cgroupRules, ...zswapRules, ...tierRules, ...kernelRules];

/** What the check of the scenario itself found to be in vain. */
const inVain = ({ path, value, accepted }: ScenarioIssue): Advice => ({
  id: `in-vain ${path}`,
  level: 'warning',
  what: `${path}${value === '' ? '' : `, ${value},`} is in vain.`,
  why: `Better: ${accepted}.`,
  source: 'check of the scenario',
  path: parsePath(path) ?? [],
});

/**
 * Warnings first, otherwise in the order of the rules.
 * @param warnings of the check of the same scenario
 */
export function adviceFor(demand: Demand, warnings: readonly ScenarioIssue[] = []): Advice[] {
  const all = [...warnings.map(inVain), ...RULES.flatMap((rule) => rule(demand))];
  return [
    ...all.filter(({ level }) => level === 'warning'),
    ...all.filter(({ level }) => level === 'note'),
  ];
}
