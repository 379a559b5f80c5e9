// Runs on real worker threads with the real engine, kept in a real database.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkScenario, withSetting, type ScenarioInput } from '../../src/engine/scenario/index.ts';
import { ENGINE_VERSION, run } from '../../src/engine/run.ts';
import { whySimulationFailed } from '../../src/main/lab/failure.ts';
import type { RunProgressUpdate, RunSummary } from '../../src/main/lab/contract.ts';
import { finished, ended, openLab, temporaryFolder, untilRun } from './support/lab.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

function checkedOf(scenario: ScenarioInput) {
  const checked = checkScenario(scenario);
  if (!checked.ok) throw new Error(checked.issues.map((issue) => issue.message).join('\n'));
  return checked;
}

const resultOf = (scenario: ScenarioInput) => run({ scenario: checkedOf(scenario).scenario });

/** By what a person, and a test, finds the scenario of a failed run again. */
function whichOf(input: ScenarioInput): string {
  const { scenario } = checkedOf(input);
  const sha256 = createHash('sha256').update(JSON.stringify(scenario)).digest('hex');
  return `The scenario is "${scenario.name}" (seed ${scenario.run.seed}, engine ${ENGINE_VERSION}, digest ${sha256.slice(0, 12)}).`;
}

describe('a run', () => {
  it('gives what the engine gives, and is there after the lab was closed', async () => {
    const dataDir = temporaryFolder();
    const scenario = smallScenario();
    const expected = resultOf(scenario);

    const lab = openLab({ dataDir });
    const seen: string[] = [];
    lab.on({ runChanged: (run) => seen.push(run.status) });
    const { id } = await lab.startRun({ scenario, name: 'Kept', baseDir: dataDir });
    await finished(lab, id);
    expect(seen).toEqual(['queued', 'running', 'done']);
    await lab.close();

    const again = openLab({ dataDir });
    const kept = await again.getRun(id);
    expect(kept.result).toEqual(expected);
    expect(kept.digest).toBe(expected.digest);
    expect(kept).toMatchObject({
      name: 'Kept',
      status: 'done',
      scenarioName: 'Small machine',
      scenario,
      baseDir: dataDir,
      seed: 1,
      engineVersion: expected.engineVersion,
      error: null,
      progress: null,
    });
    const machine = expected.totals.find((total) => total.scope === 'machine');
    expect(kept.headline?.pgmajfault).toBe(machine?.counters['pgmajfault']);
    expect(kept.headline?.pgmajfault).toBeGreaterThan(0);
    expect(kept.createdAt).toBeLessThanOrEqual(kept.startedAt!);
    expect(kept.startedAt).toBeLessThanOrEqual(kept.endedAt!);
    expect((await again.info()).notices).toEqual([]);

    const { accesses, pgfault, pgmajfault } = machine!.counters as Record<string, number>;
    expect(await again.recentSpeeds()).toEqual([
      {
        wallMs: kept.wallMs,
        accesses,
        firstTouches: pgfault! - pgmajfault!,
        majorFaults: pgmajfault,
      },
    ]);
  });

  it('takes the seed that it is asked for, and keeps it in its scenario', async () => {
    const lab = openLab();
    const { id } = await lab.startRun({ scenario: smallScenario(), seed: 42 });
    await finished(lab, id);
    const { scenario, seed, digest } = await lab.getRun(id);
    expect(seed).toBe(42);
    expect(scenario.run?.seed).toBe(42);
    expect(digest).toBe(resultOf(smallScenario({ seed: 42 })).digest);
  });

  it('tells how far it is, at most ten times a second', async () => {
    const lab = openLab();
    const updates: { at: number; update: RunProgressUpdate }[] = [];
    lab.on({ runProgress: (update) => updates.push({ at: performance.now(), update }) });
    const small = smallScenario({ accesses: 1_000_000 });
    const scenario = { ...small, run: { ...small.run, sampleEvery: '50ms' } };
    const { id } = await lab.startRun({ scenario });
    const { wallMs } = await finished(lab, id);
    expect(updates.length).toBeGreaterThanOrEqual(1);
    expect(updates.length).toBeLessThanOrEqual(wallMs! / 100 + 2);
    const accesses = updates.map(({ update }) => update.progress.accesses);
    expect(accesses).toEqual([...accesses].sort((a, b) => a - b));
    const last = updates.at(-1)!.update;
    expect(last.id).toBe(id);
    expect(last.progress.fraction).toBe(1);
    expect(last.progress.accesses).toBe(1_000_000);
    expect(last.progress.accessesPerSecond).toBeGreaterThan(0);

    const live = updates.flatMap(({ update }) => update.live?.timeNs ?? []);
    const { series } = (await lab.getRun(id)).result!;
    expect(live).toEqual(series.timeNs);
  });

  it('that is not to be saved is there while the lab is open, and only then', async () => {
    const lab = openLab();
    const { id } = await lab.startRun({ scenario: smallScenario(), save: false });
    expect(id).toBeLessThan(0);
    const { digest } = await finished(lab, id);
    expect(digest).toBe(resultOf(smallScenario()).digest);
    expect((await lab.listRuns({})).total).toBe(0);
    await lab.close();
    const again = openLab({ dataDir: lab.dataDir });
    await expect(again.getRun(id)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is refused with all that is wrong with its scenario', async () => {
    const lab = openLab();
    const scenario = {
      ...smallScenario(),
      machine: { memory: 'lots' },
      run: { duration: '1' },
    };
    const refused = await lab.startRun({ scenario }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ kind: 'invalid' });
    const { issues } = refused as { issues: { path: string }[] };
    expect(issues.map(({ path }) => path)).toEqual(['machine.memory', 'run.duration']);
    expect((await lab.listRuns({})).total).toBe(0);
  });

  it('is refused where its trace is nowhere to be found', async () => {
    const lab = openLab();
    const scenario: ScenarioInput = {
      cgroups: { web: { workloads: [{ name: 'app', trace: { file: 'gone.swtrace' } }] } },
    };
    const base = temporaryFolder();
    const refused = lab.startRun({ scenario, baseDir: base });
    await expect(refused).rejects.toMatchObject({
      kind: 'invalid',
      issues: [{ path: 'cgroups.web.workloads[0].trace.file', value: '"gone.swtrace"' }],
    });
    await expect(refused).rejects.toMatchObject({
      issues: [{ message: expect.stringContaining(join(base, 'gone.swtrace')) as string }],
    });
  });

  it('replays a trace that stands beside its scenario, and names it', async () => {
    const lab = openLab();
    const base = temporaryFolder();
    const accesses = Uint32Array.from({ length: 5000 }, (_, i) => ((i * 7) % 512) | 0x80000000);
    writeFileSync(join(base, 'own.u32'), accesses);
    const scenario: ScenarioInput = {
      machine: { memory: '16MiB' },
      cgroups: { web: { workloads: [{ name: 'app', trace: { file: 'own.u32' } }] } },
    };
    const { id } = await lab.startRun({ scenario, baseDir: base });
    await finished(lab, id);
    const { status, traces, result } = await lab.getRun(id);
    expect(status).toBe('done');
    expect(result?.accesses).toBe(5000);
    expect(traces).toMatchObject([{ file: 'own.u32', accesses: 5000, pages: 512 }]);
    expect(traces[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the queue', () => {
  it('runs so many at once, first come, first served', async () => {
    const lab = openLab({ concurrency: 2 });
    const order: string[] = [];
    let most = 0;
    lab.on({
      runChanged(run: RunSummary) {
        order.push(`${run.status} ${run.name}`);
        const started = order.filter((line) => line.startsWith('running')).length;
        const done = order.filter((line) => line.startsWith('done')).length;
        most = Math.max(most, started - done);
      },
    });
    const names = ['a', 'b', 'c', 'd', 'e'];
    const ids = await Promise.all(
      names.map(async (name) => (await lab.startRun({ scenario: smallScenario(), name })).id),
    );
    await Promise.all(ids.map((id) => finished(lab, id)));
    expect(most).toBe(2);
    const starts = order.filter((line) => line.startsWith('running'));
    expect(starts).toEqual(names.map((name) => `running ${name}`));
  });

  it('cancels a run that waits and one that runs, and goes on with the next', async () => {
    const lab = openLab({ concurrency: 1 });
    const first = await lab.startRun({ scenario: endlessScenario() });
    const second = await lab.startRun({ scenario: endlessScenario() });
    const third = await lab.startRun({ scenario: smallScenario() });
    await lab.cancelRun(second.id);
    expect((await lab.getRun(second.id)).status).toBe('cancelled');

    await untilRun(lab, first.id, (run) => (run.progress?.accesses ?? 0) > 0);
    await lab.cancelRun(first.id);
    const { status, accesses, error } = await ended(lab, first.id);
    expect({ status, error }).toEqual({ status: 'cancelled', error: null });
    expect(accesses).toBeGreaterThan(0);
    expect((await ended(lab, third.id)).status).toBe('done');
    await expect(lab.cancelRun(first.id)).rejects.toMatchObject({
      kind: 'invalid',
      message: `Run ${first.id} is cancelled: cancel is for a run that is queued or running or paused.`,
    });
  });

  it('cancels a run that goes within a tenth of a second', async () => {
    const lab = openLab({ concurrency: 1 });
    const took: number[] = [];
    // A machine that is busy with other things may be late once, but not each time.
    for (let round = 0; round < 5 && !took.some((ms) => ms < 100); round++) {
      const { id } = await lab.startRun({ scenario: endlessScenario() });
      await untilRun(lab, id, (run) => (run.progress?.accesses ?? 0) > 0);
      const began = performance.now();
      await lab.cancelRun(id);
      await ended(lab, id);
      took.push(performance.now() - began);
    }
    expect(Math.min(...took)).toBeLessThan(100);
  });

  it('pauses a run, lets the next one by, and goes on to the same result', async () => {
    const lab = openLab({ concurrency: 1 });
    const scenario = smallScenario({ accesses: 1_000_000 });
    const { id } = await lab.startRun({ scenario });
    const next = await lab.startRun({ scenario: smallScenario() });
    await untilRun(lab, id, (run) => (run.progress?.accesses ?? 0) > 0);
    await lab.pauseRun(id);
    expect((await lab.getRun(id)).status).toBe('paused');
    expect((await ended(lab, next.id)).status).toBe('done');
    const { progress } = await lab.getRun(id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await lab.getRun(id)).progress).toEqual(progress);

    await lab.continueRun(id);
    const { digest, wallMs, startedAt, endedAt } = await finished(lab, id);
    expect(digest).toBe(resultOf(scenario).digest);
    expect(endedAt! - startedAt! - wallMs!).toBeGreaterThan(250);
  });

  it('marks what runs and what waits as interrupted when the lab is closed', async () => {
    const lab = openLab({ concurrency: 2 });
    const ids: number[] = [];
    for (let i = 0; i < 3; i++) {
      ids.push((await lab.startRun({ scenario: endlessScenario() })).id);
    }
    await untilRun(lab, ids[0]!, (run) => (run.progress?.accesses ?? 0) > 0);
    await lab.pauseRun(ids[0]!);
    const began = performance.now();
    await lab.close();
    expect(performance.now() - began).toBeLessThan(2000);

    const again = openLab({ dataDir: lab.dataDir });
    for (const id of ids) {
      const { status, error } = await again.getRun(id);
      expect(status).toBe('interrupted');
      expect(error).toContain('closed before it was finished');
    }
    await expect(lab.listRuns({})).rejects.toMatchObject({ kind: 'storage' });
  });
});

describe('a run that fails', () => {
  it('says why and leaves the lab and the other runs alone', async () => {
    const lab = openLab({ concurrency: 2 });
    const base = temporaryFolder();
    writeFileSync(join(base, 'broken.swtrace'), 'this is no trace');
    const scenario: ScenarioInput = {
      cgroups: { web: { workloads: [{ name: 'app', trace: { file: 'broken.swtrace' } }] } },
    };
    const good = await lab.startRun({ scenario: smallScenario({ accesses: 500_000 }) });
    const bad = await lab.startRun({ scenario, baseDir: base });
    const failed = await ended(lab, bad.id);
    expect(failed.status).toBe('failed');
    expect(failed.error).toContain('broken.swtrace is no trace file');
    expect(failed.error).not.toContain('\n');
    expect((await ended(lab, good.id)).status).toBe('done');
  });

  it('for want of memory says which scenario it was, and takes no other run with it', async () => {
    const lab = openLab({ concurrency: 3, heapLimitMiB: 24 });
    const greedy: ScenarioInput = {
      ...smallScenario({ name: 'Greedy', accesses: Number.MAX_SAFE_INTEGER }),
      run: { accesses: Number.MAX_SAFE_INTEGER, sampleEvery: '1us' },
    };
    const beside = await lab.startRun({ scenario: smallScenario({ accesses: 200_000 }) });
    const bad = await lab.startRun({ scenario: greedy, seed: 77 });
    const failed = await ended(lab, bad.id);
    expect(failed.status).toBe('failed');
    expect(failed.error).toContain('ran out of memory: results and bookkeeping passed 24 MiB');
    expect(failed.error).toContain(whichOf(withSetting(greedy, ['run', 'seed'], 77)));
    expect((await finished(lab, beside.id)).digest).toBe(
      resultOf(smallScenario({ accesses: 200_000 })).digest,
    );
    const after = await lab.startRun({ scenario: smallScenario({ accesses: 10_000 }) });
    await finished(lab, after.id);
  });

  it('because its thread is ended says which scenario it was, and takes no other run with it', async () => {
    const lab = openLab({ concurrency: 2 });
    const threads: Worker[] = [];
    const note = (worker: Worker) => threads.push(worker);
    process.on('worker', note);
    onTestFinished(() => void process.off('worker', note));
    const doomed = endlessScenario('Doomed');
    const bad = await lab.startRun({ scenario: doomed });
    await untilRun(lab, bad.id, (run) => (run.progress?.accesses ?? 0) > 0);
    const beside = await lab.startRun({ scenario: smallScenario({ accesses: 200_000 }) });
    await threads[0]!.terminate();
    const failed = await ended(lab, bad.id);
    expect(failed.status).toBe('failed');
    expect(failed.error).toMatch(/^Its worker thread ended without a result \(exit code 1\)\. /);
    expect(failed.error).toContain(whichOf(doomed));
    expect((await finished(lab, beside.id)).digest).toBe(
      resultOf(smallScenario({ accesses: 200_000 })).digest,
    );
  });

  it('by a defect of the program is called that, without a stack', () => {
    const { scenario } = checkedOf(smallScenario({ name: 'Odd', seed: 5 }));
    const said = whySimulationFailed(new TypeError('x is undefined\n  at y'), scenario);
    expect(said).toBe(
      `A defect in Swap Lab: x is undefined. ${whichOf(smallScenario({ name: 'Odd', seed: 5 }))}`,
    );
    expect(whySimulationFailed(new RangeError('Array buffer allocation failed'), scenario)).toMatch(
      /^It needs more memory than this machine can give; .* The scenario is "Odd" \(seed 5, /,
    );
  });
});
