// Runs as files: out and back in without a loss, and no way in for a file that was tampered with.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finished, ended, openLab } from './support/lab.ts';
import { endlessScenario, smallScenario } from './support/scenarios.ts';

interface Exported {
  version: number;
  run: Record<string, unknown> & { result: Record<string, unknown> & { accesses: number } };
}

async function exported() {
  const lab = openLab();
  const { id } = await lab.startRun({ scenario: smallScenario(), name: 'Zwei Läufe / 2' });
  await finished(lab, id);
  await lab.updateRun(id, { tags: ['phone'], note: 'Kept.' });
  return { lab, id, file: await lab.exportRun(id, 'json') };
}

describe('JSON', () => {
  it('holds all of a run and is read back by another lab', async () => {
    const { lab, id, file } = await exported();
    expect(file).toMatchObject({
      fileName: `run-${id}-zwei-la-ufe-2.swrun`,
      mediaType: 'application/json',
    });
    const original = await lab.getRun(id);

    const other = openLab();
    const imported = await other.getRun((await other.importRun(file.text)).id);
    expect({ ...imported, id }).toEqual(original);
    expect((await other.listRuns({ search: 'phone' })).total).toBe(1);
    // What it was told is enough to do it again.
    const again = await other.startRun({ scenario: imported.scenario });
    expect((await finished(other, again.id)).digest).toBe(original.digest);
  });

  it('of a run without a result is read back too', async () => {
    const lab = openLab();
    const { id } = await lab.startRun({ scenario: endlessScenario() });
    await expect(lab.exportRun(id, 'json')).rejects.toMatchObject({ kind: 'invalid' });
    await lab.cancelRun(id);
    await ended(lab, id);
    const { text } = await lab.exportRun(id, 'json');
    const imported = await lab.getRun((await lab.importRun(text)).id);
    expect(imported).toMatchObject({ status: 'cancelled', result: null, digest: null });
  });

  it('that was changed or is something else is refused, and leaves no trace', async () => {
    const { lab, file } = await exported();
    const changed = (change: (document: Exported) => void) => {
      const document = JSON.parse(file.text) as Exported;
      change(document);
      return JSON.stringify(document);
    };
    const files: [string, RegExp][] = [
      ['', /not JSON/],
      ['{"format":"something"}', /not an exported run/],
      ['[]', /not an exported run/],
      [file.text.slice(0, -100), /not JSON/],
      [changed((d) => (d.version = 2)), /newer Swap Lab \(format 2/],
      [changed((d) => d.run.result.accesses++), /changed or damaged/],
      [changed((d) => (d.run['seed'] = 77)), /a seed or an engine version/],
      [changed((d) => (d.run['status'] = 'failed')), /does not fit its result/],
      [changed((d) => (d.run['status'] = 'running')), /run\.status/],
      [changed((d) => (d.run['scenario'] = { machine: 5 })), /scenario/],
      [changed((d) => (d.run['evil'] = 1)), /evil/],
      [changed((d) => (d.run.result['digest'] = 'f'.repeat(64))), /changed or damaged/],
      [changed((d) => (d.run.result['totals'] = 'none')), /run\.result\.totals/],
      // Found by fuzzing: with a digest that fits, the database refused what was checked before.
      [changed((d) => (d.run.result['simulatedNs'] = 1e308)), /run\.result\.simulatedNs/],
      [changed((d) => (d.run.result['simulatedNs'] = 0.5)), /whole number of nanoseconds/],
      [file.text.replace('"intervalNs":', '"__proto__": {}, "intervalNs":'), /./],
    ];
    for (const [text, message] of files) {
      const refused = await lab.importRun(text).then(
        () => 'it was imported',
        (error: unknown) => error,
      );
      expect(refused).toMatchObject({ kind: 'invalid' });
      expect((refused as Error).message).toMatch(message);
    }
    expect((await lab.listRuns({})).total).toBe(1);
  });
});

describe('CSV', () => {
  it('is one figure a line: totals, percentiles, samples', async () => {
    const { lab, id } = await exported();
    const { text, mediaType, fileName } = await lab.exportRun(id, 'csv');
    expect({ mediaType, fileName }).toEqual({
      mediaType: 'text/csv',
      fileName: `run-${id}-zwei-la-ufe-2.csv`,
    });
    const [header, ...lines] = text.trimEnd().split('\n');
    expect(header).toBe('kind,scope,metric,time_ns,value');
    const rows = lines.map((line) => line.split(','));
    expect(rows.every((row) => row.length === 5 && Number.isFinite(Number(row[4])))).toBe(true);

    const { result } = await lab.getRun(id);
    const total = result!.totals.find(({ scope }) => scope === 'cgroup:/web')!;
    expect(lines).toContain(`total,cgroup:/web,pgmajfault,,${total.counters['pgmajfault']}`);
    const column = result!.series.columns[0]!;
    const samples = rows.filter(
      ([kind, scope, metric]) =>
        kind === 'sample' && scope === column.scope && metric === column.metric,
    );
    expect(samples.map((row) => Number(row[3]))).toEqual(result!.series.timeNs);
    expect(samples.map((row) => Number(row[4]))).toEqual(column.values);
    const latency = result!.histograms.find(
      ({ scope, metric }) => scope === 'machine' && metric === 'fault_latency',
    )!;
    expect(lines).toContain(
      `percentile,machine,fault_latency p99.9,,${latency.percentilesNs.p999}`,
    );
  });
});

describe('names inside a file that is imported', () => {
  it('are never places to write to', async () => {
    const { lab, file } = await exported();
    const document = JSON.parse(file.text) as Exported;
    document.run['name'] = '../../../escaped-run';
    document.run['traces'] = [
      { file: '../../escaped-run.swtrace', sha256: '0'.repeat(64), accesses: 1, pages: 1 },
    ];
    const before = readdirSync(lab.dataDir, { recursive: true }).sort();
    const { id } = await lab.importRun(JSON.stringify(document));
    expect(readdirSync(lab.dataDir, { recursive: true }).sort()).toEqual(before);
    const above = [join(lab.dataDir, '..'), join(lab.dataDir, '..', '..')];
    for (const folder of above) {
      expect(readdirSync(folder).filter((name) => name.includes('escaped-run'))).toEqual([]);
    }
    const namedAs = async (format: 'json' | 'csv') => (await lab.exportRun(id, format)).fileName;
    expect(await namedAs('json')).toBe(`run-${id}-escaped-run.swrun`);
    expect(await namedAs('csv')).toBe(`run-${id}-escaped-run.csv`);
  });

  it('may be nested as deep as they like: the scenario is refused in a sentence', async () => {
    const { lab, file } = await exported();
    const document = JSON.parse(file.text) as Exported;
    const deep = `${'{"children":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;
    const text = JSON.stringify(document).replace(/"scenario":\{/, `"scenario":{"x":${deep},`);
    await expect(lab.importRun(text)).rejects.toMatchObject({ kind: 'invalid' });
  });
});
