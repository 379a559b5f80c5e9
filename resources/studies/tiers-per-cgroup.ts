/** Foreground and background apps on tiers of their own, the background's behind a network (facts 7.3, T15). */
import type { ScenarioInput } from '../../src/engine/scenario/schema.ts';
import { between, cell, resultOf, rowWhere, share, short } from '../../src/studies/measure.ts';
import type { Row, Study } from '../../src/studies/study.ts';

const SECOND = 1e9;
const PAGE = 4096;
/** Launches are counted from here to the end, ns. */
const FROM = 10 * SECOND;
const END = 30 * SECOND;
/** Pages of an app, each touched once by a launch. */
const APP_PAGES = (8 * 2 ** 20) / PAGE;

/** CPU time of TCP for a page: about 10 us (facts 11.1), times three for a phone (facts 10.2). */
const TCP = '30us';

type Tiers = NonNullable<ScenarioInput['tiers']>;
interface Setup {
  /** Priorities; null without the remote device. */
  flash: number;
  remote: number | null;
  /** Which of them each side may use. */
  foreground?: readonly string[];
  background?: readonly string[];
}

const SETUPS = {
  'flash alone': { flash: 10, remote: null },
  'remote behind flash': { flash: 10, remote: 5 },
  'equal priorities': { flash: 5, remote: 5 },
  'tiers per cgroup': {
    flash: 10,
    remote: 5,
    foreground: ['flash'],
    background: ['remote'],
  },
} as const satisfies Record<string, Setup>;
type Name = keyof typeof SETUPS;
const NAMES = Object.keys(SETUPS) as Name[];

function scenario({ flash, remote, foreground, background }: Setup): ScenarioInput {
  const tiers: Tiers = {
    flash: { kind: 'block', device: 'emmc', size: '256MiB', priority: flash },
  };
  if (remote !== null)
    tiers['remote'] = {
      kind: 'block',
      device: 'nbd-10g',
      size: '256MiB',
      priority: remote,
      cpuPerPage: TCP,
    };
  const contents = [{ class: 'compressible' as const, share: 100 }];
  return {
    machine: { memory: '192MiB', cpus: 4, costs: { preset: 'phone' } },
    kernel: { statsFlush: '0' },
    tiers,
    cgroups: {
      foreground: {
        memory: { max: '32MiB', swap: { tiers: foreground && [...foreground] } },
        workloads: [
          {
            name: 'player',
            pattern: { kind: 'zipf', exponent: 0.8 },
            pages: '48MiB',
            fill: true,
            writes: 30,
            thinkTime: '5us',
            contents,
          },
        ],
      },
      background: {
        memory: { max: '24MiB', swap: { tiers: background && [...background] } },
        workloads: [
          {
            name: 'apps',
            pattern: { kind: 'apps', apps: 10, session: APP_PAGES, launch: 100, exponent: 0 },
            pages: APP_PAGES * 10,
            fill: true,
            writes: 30,
            thinkTime: '5us',
            contents,
          },
        ],
      },
    },
    run: { duration: '30s', sampleEvery: '100ms' },
  };
}

const study: Study = {
  name: 'tiers-per-cgroup',
  title: 'Tiers per cgroup',
  argument:
    'Apps in the background belong on another swap device than the app in front. With a tier behind the network for the background, apps launched in a fifth to a third of the time.',
  source:
    'Swap tiers v10, linux-mm, 13 July 2026 (T15: 13.17 to 4.18 s, 5.60 to 1.12 s, 10.25 to 2.00 s)',
  method:
    'An app in front uses 48 MiB in 32 MiB of RAM without a pause; ten apps of 8 MiB share 24 MiB, and one after the other, drawn evenly, comes back and touches each of its pages. Flash is eMMC; the remote device is NBD over 10 GbE with the RAM of a server behind it, and each of its pages takes 30 µs of CPU time for TCP: the 10 µs of a server, times three for a processor of a phone. The posting does not say what its devices were, so only the direction and the order of the effect can be compared. Launches are counted after the first 10 s.',
  scenarios: Object.fromEntries(NAMES.map((name) => [name, scenario(SETUPS[name])])),
  columns: [
    { key: 'setup', title: 'Setup', unit: 'text' },
    { key: 'launch', title: 'Launch of an app, mean', unit: 'ns' },
    { key: 'front', title: 'Accesses of the app in front', unit: 'per second' },
    { key: 'frontStall', title: 'Its wait for devices', unit: 'percent' },
    { key: 'flashRead', title: 'Read from flash', unit: 'bytes' },
    { key: 'flashWritten', title: 'Written to flash', unit: 'bytes' },
    { key: 'remoteRead', title: 'Read from remote', unit: 'bytes' },
    { key: 'tcp', title: 'CPU time of TCP', unit: 'percent' },
  ],
  rows: (results) =>
    NAMES.map((setup): Row => {
      const result = resultOf(results, setup);
      const sum = (
        metric: string,
        scope: 'cgroup:/foreground' | 'cgroup:/background' | 'tier:flash' | 'tier:remote',
      ) => between(result, metric, scope, FROM, END);
      return {
        setup,
        launch: ((END - FROM) * APP_PAGES) / sum('accesses', 'cgroup:/background'),
        front: (sum('accesses', 'cgroup:/foreground') * SECOND) / (END - FROM),
        frontStall: (100 * sum('stall_io', 'cgroup:/foreground')) / (END - FROM),
        flashRead: sum('bytes_read', 'tier:flash'),
        flashWritten: sum('bytes_written', 'tier:flash'),
        remoteRead: sum('bytes_read', 'tier:remote'),
        tcp: (100 * sum('cpu_network', 'tier:remote')) / (END - FROM),
      };
    }),
  claims: [
    {
      statement:
        'With a remote tier for the background, an app launches in at most a third of the time.',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'tiers per cgroup', 'launch') / of(rows, 'flash alone', 'launch');
        return {
          holds: part <= 1 / 3,
          says: `${seconds(of(rows, 'tiers per cgroup', 'launch'))} instead of ${seconds(of(rows, 'flash alone', 'launch'))}, ${share(part)}; T15 has 32, 20 and 20 %.`,
        };
      },
    },
    {
      statement: 'The same device without tiers, behind flash by priority, changes nothing to 1 %.',
      recorded: 'holds',
      check: (rows) => {
        const part = of(rows, 'remote behind flash', 'launch') / of(rows, 'flash alone', 'launch');
        return {
          holds: Math.abs(part - 1) < 0.01,
          says: `A launch takes ${share(part)} of the time: flash has room, so nothing goes further.`,
        };
      },
    },
    {
      statement: 'At equal priority it helps less than as a tier for the background.',
      recorded: 'holds',
      check: (rows) => {
        const ratio =
          of(rows, 'equal priorities', 'launch') / of(rows, 'tiers per cgroup', 'launch');
        return { holds: ratio > 1, says: `A launch takes ${short(ratio)} times as long.` };
      },
    },
    {
      statement: 'The app in front gains as well, because it no longer shares its device.',
      recorded: 'holds',
      check: (rows) => {
        const gain = of(rows, 'tiers per cgroup', 'front') / of(rows, 'flash alone', 'front');
        return { holds: gain > 1.05, says: `It makes ${short(gain)} times as many accesses.` };
      },
    },
    {
      statement: 'A tier of its own serves the app in front better than equal priorities do.',
      recorded: 'refuted',
      reason:
        'The remote device answers faster than the flash here, and at equal priority the app in front has half of its pages there. Tiers keep devices apart; they do not choose the best one.',
      check: (rows) => {
        const part = of(rows, 'tiers per cgroup', 'front') / of(rows, 'equal priorities', 'front');
        return { holds: part > 1, says: `It makes ${share(part)} of the accesses.` };
      },
    },
  ],
  charts: [
    { title: 'Launch of an app, mean', kind: 'bar', x: 'setup', y: ['launch'] },
    { title: 'Accesses of the app in front', kind: 'bar', x: 'setup', y: ['front'] },
  ],
};

const of = (rows: readonly Row[], setup: Name, key: string) => cell(rowWhere(rows, { setup }), key);
const seconds = (ns: number) => `${short(ns / SECOND)} s`;

export default study;
