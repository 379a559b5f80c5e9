import { describe, expect, it } from 'vitest';
import { checkScenario, type ScenarioIssue } from '../../../src/engine/scenario/index.ts';

const workload = { name: 'a', pattern: { kind: 'uniform' }, pages: 100, accesses: 10 };
const smallest = { cgroups: { web: { workloads: [workload] } } };

function issues(input: unknown): ScenarioIssue[] {
  const check = checkScenario(input);
  return check.ok ? [] : check.issues;
}

function paths(input: unknown): string[] {
  return issues(input).map((i) => i.path);
}

describe('a scenario', () => {
  it('needs no more than a workload; the rest has defaults', () => {
    const check = checkScenario(smallest);
    if (!check.ok) throw new Error(check.issues[0].message);
    expect(check.scenario.machine.memory).toBe(2 ** 30);
    expect(check.scenario.kernel).toMatchObject({
      swappiness: 60,
      pageCluster: 3,
      swapSpace: 'reserved',
      statsFlush: 2e9,
      zswap: { enabled: false, maxPoolPercent: 20, acceptThresholdPercent: 90 },
    });
    expect(check.scenario.cgroups.web.memory).toMatchObject({ max: Infinity, min: 0 });
    expect(check.scenario.cgroups.web.workloads[0].pages).toEqual({ pages: 100 });
  });

  it('keeps what its fields say, in bytes and ns', () => {
    const check = checkScenario({
      machine: { memory: '64MiB' },
      tiers: { ssd: { kind: 'block', device: 'nvme', size: '1G', readP50: '90us' } },
      cgroups: {
        web: {
          memory: { max: '16M', swap: { max: 'max', tiers: ['ssd'] } },
          workloads: [workload],
        },
      },
    });
    expect(check).toMatchObject({
      ok: true,
      scenario: {
        machine: { memory: 67_108_864 },
        tiers: { ssd: { size: 1_073_741_824, readP50: 90_000 } },
        cgroups: { web: { memory: { max: 16_777_216, swap: { max: Infinity, tiers: ['ssd'] } } } },
      },
    });
  });

  it('is told everything that is wrong with it at once, with path, value and what is accepted', () => {
    const found = issues({
      machine: { memory: '1Gx', cpus: 0 },
      kernel: { swappiness: 201, zswap: { compresor: 'lzo' } },
      tiers: { '1st': { kind: 'zram', size: '1G' }, disk: { kind: 'tape', size: '1G' } },
      cgroups: {
        web: {
          memory: { max: 'lots', swap: { tiers: ['gone'] } },
          workloads: [{ ...workload, pages: '12' }],
          children: { api: { memory: { maxx: 1 } } },
        },
      },
    });
    expect(found.map((i) => i.path).sort()).toEqual([
      'cgroups.web.children.api.memory.maxx',
      'cgroups.web.memory.max',
      'cgroups.web.workloads[0].pages',
      'kernel.swappiness',
      'kernel.zswap.compresor',
      'machine.cpus',
      'machine.memory',
      'tiers.1st',
      'tiers.disk.kind',
    ]);
    for (const { path, message, accepted, value } of found) {
      expect(message).toContain(path);
      expect(message).toContain(accepted);
      expect(message).toContain(value);
    }
    expect(found.find((i) => i.path === 'kernel.swappiness')?.message).toBe(
      'kernel.swappiness is 201; accepted: a whole number from 0 to 200',
    );
    expect(found.find((i) => i.path === 'kernel.zswap.compresor')?.accepted).toMatch(
      /^"compressor"/,
    );
  });

  it('has nothing in front of a device where a page keeps its slot', () => {
    const tiers = { zram: { kind: 'zram', size: '1MiB' } };
    const pinned = (front: string) => ({
      ...smallest,
      tiers,
      kernel: { swapSpace: 'pinned', [front]: { enabled: true } },
    });
    expect(issues({ ...smallest, tiers, kernel: { swapSpace: 'pinned' } })).toEqual([]);
    expect(paths(pinned('zswap'))).toEqual(['kernel.zswap.enabled']);
    expect(paths(pinned('frontswap'))).toEqual(['kernel.frontswap.enabled']);
  });

  it('is told of a wrong field and of a name that does not exist in the same breath', () => {
    expect(
      paths({
        kernel: { swappiness: 'high' },
        tiers: { ssd: { kind: 'block', device: 'nvme', size: '1G' } },
        cgroups: { web: { memory: { swap: { tiers: ['hdd'] } }, workloads: [workload] } },
      }),
    ).toEqual(['kernel.swappiness', 'cgroups.web.memory.swap.tiers[0]']);
  });

  it.each<[string, object, string]>([
    ['nothing to run', { cgroups: {} }, 'cgroups'],
    [
      'a run without an end',
      { cgroups: { web: { workloads: [{ ...workload, accesses: undefined }] } } },
      'run',
    ],
    [
      'both a pattern and a trace',
      { cgroups: { web: { workloads: [{ ...workload, trace: { file: 'x' } }] } } },
      'cgroups.web.workloads[0].trace',
    ],
    [
      'shares that do not add up',
      {
        cgroups: {
          web: { workloads: [{ ...workload, contents: [{ class: 'zero', share: 99 }] }] },
        },
      },
      'cgroups.web.workloads[0].contents',
    ],
    [
      'two workloads of one name',
      { cgroups: { web: { workloads: [workload, workload] } } },
      'cgroups.web.workloads[1].name',
    ],
    [
      'a kernel larger than RAM',
      { ...smallest, machine: { kernelMemory: '2G' } },
      'machine.kernelMemory',
    ],
    [
      'more samples than are kept',
      { ...smallest, run: { duration: '1h', sampleEvery: '1us' } },
      'run.sampleEvery',
    ],
    [
      'more pages than the limit',
      { cgroups: { web: { workloads: [{ ...workload, pages: '300GiB' }] } } },
      'cgroups',
    ],
  ])('must not have %s', (_what, input, path) => expect(paths(input)).toContain(path));

  it.each([null, 42, 'text', [], { cgroups: [] }, { cgroups: { web: null } }])(
    '%j is refused without an exception',
    (input) => expect(checkScenario(input).ok).toBe(false),
  );
});
