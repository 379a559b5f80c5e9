// Scenario files, settings of a command line, and what the engine makes of a scenario that passes the check.
import { Simulation } from '../../../src/engine/run.ts';
import {
  checkScenario,
  eachCgroup,
  parsePath,
  parseValue,
  scenarioJsonSchema,
  withSetting,
  type Scenario,
  type ScenarioInput,
} from '../../../src/engine/scenario/index.ts';
import { parseJson } from '../../../src/main/cli/parseJson.ts';
import { Resources, findResources } from '../../../src/main/lab/resources.ts';
import { violations } from '../../support/engine/invariants.ts';
import { text, type Target } from '../target.ts';

const builtIn = () =>
  new Resources(findResources())
    .scenarios()
    .map(({ scenario: each }) => Buffer.from(JSON.stringify(each)));

/** One of everything that a scenario can hold, small. */
const RICH: ScenarioInput = {
  machine: { memory: '16MiB' },
  kernel: { zswap: { enabled: true, maxPoolPercent: 20 }, swapTiers: { low: -1 } },
  tiers: {
    ssd: { kind: 'block', device: 'nvme', size: '8MiB' },
    zram: { kind: 'zram', size: '8MiB', codec: 'zstd', backing: { device: 'nvme', size: '1MiB' } },
  },
  links: { net: {} },
  tierPolicies: [{ kind: 'demote-by-age', from: 'zram', to: 'ssd', after: '1s', cgroup: '/' }],
  cgroups: {
    a: {
      memory: { max: '2MiB', swap: { tiers: ['ssd'] } },
      workloads: [{ name: 'w', pattern: { kind: 'zipf' }, pages: 2000, threads: 2 }],
      children: { b: { workloads: [{ name: 'x', pattern: { kind: 'cycle' }, pages: 500 }] } },
    },
  },
  actions: [{ at: '1ms', do: 'swapoff', tier: 'ssd' }],
  controllers: [{ kind: 'senpai', cgroup: '/a', interval: '10ms' }],
  run: { accesses: 5000 },
};

const seeds = () => [Buffer.from(JSON.stringify(RICH)), ...builtIn()];
const most = 16 * 1024;

function checked(input: Uint8Array): Scenario | undefined {
  const parsed = parseJson(text(input));
  if ('wrong' in parsed) {
    if (parsed.wrong.includes('\n')) throw new Error('more than one line about JSON');
    return undefined;
  }
  const check = checkScenario(parsed.value);
  if (check.ok) return check.scenario;
  for (const { message, accepted } of check.issues) {
    if (message === '' || accepted === '' || message.length > 20_000)
      throw new Error(`says ${message}`);
  }
  if (check.issues.length === 0) throw new Error('it is refused without a reason');
  return undefined;
}

export const scenario: Target = {
  name: 'scenario',
  json: true,
  most,
  seeds,
  run: (input) => void checked(input),
};

export const settings: Target = {
  name: 'settings',
  seeds: () =>
    [
      'kernel.zswap.enabled=true',
      'cgroups.web.workloads[0].pages=4096',
      'a["b c"].d={"x":[1]}',
    ].map((each) => Buffer.from(each)),
  run(input) {
    const line = text(input);
    const equals = line.indexOf('=');
    const path = parsePath(line.slice(0, Math.max(0, equals)));
    if (!path || equals < 1) return;
    checkScenario(withSetting(RICH, path, parseValue(line.slice(equals + 1))));
    if (Object.keys(Object.prototype).length > 0)
      throw new Error('the prototype of all has changed');
  },
};

/** Bounds on what is simulated here, so that an input takes milliseconds. */
const MOST_PAGES = 20_000;
const MOST_ACCESSES = 3000;

function isSmall(given: Scenario): boolean {
  let pages = 0;
  let threads = 0;
  let hasTrace = false;
  eachCgroup(given.cgroups, (cgroup) => {
    for (const each of cgroup.workloads) {
      const size = each.pages ?? { pages: 0 };
      pages += ('pages' in size ? size.pages : size.bytes / 4096) * (1 + each.forks);
      threads += each.threads;
      hasTrace ||= each.trace !== undefined;
    }
  });
  const slots = Object.values(given.tiers).reduce((sum, { size }) => sum + size / 4096, 0);
  const memory = given.machine.memory / 4096;
  return !hasTrace && pages < MOST_PAGES && threads < 64 && slots < 1e6 && memory < 1e6;
}

export const engine: Target = {
  name: 'engine',
  json: true,
  most,
  seeds,
  run(input) {
    const given = checked(input);
    if (!given || !isSmall(given)) return;
    const run = { ...given.run, accesses: Math.min(given.run.accesses ?? Infinity, MOST_ACCESSES) };
    const simulation = new Simulation({ scenario: { ...given, run }, traces: new Map() });
    for (let step = 0; step < 20; step++) if (simulation.advance(500)) break;
    const problems = violations(simulation.kernel);
    if (problems.length > 0) throw new Error(problems.join('; '));
  },
};

// The schema is built once, so that no input pays for it.
scenarioJsonSchema();
