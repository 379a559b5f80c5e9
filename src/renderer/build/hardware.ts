/** Reads what can be read of a draft: a field that is wrong keeps the value it had before. */
import { scenarioSchema, type Scenario, type ScenarioInput } from '../../engine/scenario/index.ts';
import { isRecord } from './formSchema.ts';

export type Hardware = Pick<Scenario, 'machine' | 'kernel' | 'tiers'>;

const { machine, kernel, tiers } = scenarioSchema.shape;

const UNREADABLE_TIER = { kind: 'block', device: 'sata-ssd', size: 0 } as const;

/** Every part is read by itself, so that one wrong part leaves the others as they are. */
export function readHardware(draft: ScenarioInput, before: Hardware | undefined): Hardware {
  return {
    machine: machine.safeParse(draft.machine).data ?? before?.machine ?? machine.parse({}),
    kernel: kernel.safeParse(draft.kernel).data ?? before?.kernel ?? kernel.parse({}),
    tiers: Object.fromEntries(
      Object.entries(isRecord(draft.tiers) ? draft.tiers : {}).map(([name, value]) => [
        name,
        tiers.safeParse({ [name]: value }).data?.[name] ?? before?.tiers[name] ?? UNREADABLE_TIER,
      ]),
    ),
  };
}
