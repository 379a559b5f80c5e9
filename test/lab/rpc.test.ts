// The contract over a channel: calls, errors and events as text, and whatever else a client may send.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LabApi, RunSummary } from '../../src/main/lab/contract.ts';
import { connectClient, openLine } from './support/client.ts';
import { openLab } from './support/lab.ts';
import { smallScenario } from './support/scenarios.ts';

function connected() {
  const lab = openLab();
  const line = openLine();
  const disconnect = lab.connect(line.channel);
  return { lab, line, disconnect };
}

describe('a client', () => {
  it('calls, and hears of runs that it did not start', async () => {
    const { lab, line } = connected();
    const heard: RunSummary[] = [];
    const updates: number[] = [];
    const client = connectClient(line, {
      runChanged: (run) => void heard.push(run),
      runProgress: ({ id }) => void updates.push(id),
    });
    expect(await client.info()).toEqual(await lab.info());
    const { id } = await lab.startRun({ scenario: smallScenario() });
    while (heard.at(-1)?.status !== 'done') await sleep(5);
    expect(heard.map((run) => [run.id, run.status])).toEqual([
      [id, 'queued'],
      [id, 'running'],
      [id, 'done'],
    ]);
    expect(new Set(updates)).toEqual(new Set([id]));
    expect(await client.getRun(id)).toEqual(await lab.getRun(id));
  });

  it('gets errors as data: kind, message, issues, and no stack', async () => {
    const { line } = connected();
    const client = connectClient(line);
    const scenario = { machine: { memory: 'lots' } };
    const refused = await client.startRun({ scenario }).catch((error: unknown) => error);
    expect(Object.keys(refused as object)).toEqual(['kind', 'message', 'issues']);
    expect(refused).toMatchObject({ kind: 'invalid', issues: [{ path: 'machine.memory' }, {}] });
    await expect(client.getRun(12345)).rejects.toEqual({
      kind: 'not_found',
      message: 'There is no run 12345.',
    });
    expect(line.received.join('')).not.toMatch(/\.ts\b|node_modules|at \w+ \(/);
  });

  it('hears nothing more once it is gone', async () => {
    const { lab, line, disconnect } = connected();
    disconnect();
    await lab.startRun({ scenario: smallScenario() });
    line.send(JSON.stringify({ t: 'q', i: '1', m: 'info', a: [] }));
    await sleep(20);
    expect(line.received).toEqual([]);
  });

  it('that cannot be reached does not disturb the others', async () => {
    const { lab, line } = connected();
    lab.connect({
      post: () => {
        throw new Error('gone');
      },
      onMessage: () => () => undefined,
    });
    const { id } = await lab.startRun({ scenario: smallScenario() });
    await sleep(20);
    expect(line.received.some((text) => text.includes(`"id":${id}`))).toBe(true);
  });
});

describe('a hostile client', () => {
  it('gets an error or nothing for what is no call, and the lab goes on', async () => {
    const { lab, line } = connected();
    const messages = [
      '',
      'null',
      '[]',
      '"text"',
      '{',
      '{"t":"q"}',
      '{"t":"q","i":"1","m":"info"}',
      '{"t":"q","i":"1","m":"info","a":{}}',
      '{"t":"q","i":{},"m":"info","a":[]}',
      '{"t":"s","i":"1","r":{}}',
      '{"t":"s","i":"1","e":{"message":"boo"}}',
      `{"t":"q","i":"1","m":"${'x'.repeat(1000)}","a":[]}`,
      '['.repeat(100_000),
    ];
    for (const message of messages) line.send(message);
    await sleep(20);
    expect(line.received).toEqual([]);
    expect((await lab.listRuns({})).total).toBe(0);
  });

  it('cannot call what is not in the contract', async () => {
    const { line } = connected();
    const client = connectClient(line) as unknown as Record<string, () => Promise<unknown>>;
    const beyond = ['close', 'connect', 'on', 'constructor', '__proto__', 'toString', '$close'];
    for (const [i, method] of beyond.entries()) {
      line.send(JSON.stringify({ t: 'q', i: String(i), m: method, a: [] }));
    }
    await expect(client['hasOwnProperty']!()).rejects.toMatchObject({ kind: 'not_found' });
    await sleep(20);
    const answers = line.received.map((text) => JSON.parse(text) as { i: string; e?: object });
    const own = answers.filter(({ i }) => i.length === 1);
    expect(own).toHaveLength(beyond.length);
    for (const { e } of own) expect(e).toMatchObject({ kind: 'not_found' });
  });

  it('is told what an argument should be', async () => {
    const { line } = connected();
    const client = connectClient(line);
    const calls: [keyof LabApi, unknown[], RegExp][] = [
      ['getRun', [], /arguments/],
      ['getRun', ['1; DROP TABLE runs'], /argument 1: .*number/],
      ['getRun', [1.5], /argument 1/],
      ['getRun', [1, 2], /getRun/],
      ['getRun', [null], /argument 1/],
      ['deleteRuns', [[]], /argument 1/],
      ['deleteRuns', [Array.from({ length: 1001 }, (_, i) => i)], /argument 1/],
      ['compareRuns', [[1]], /argument 1/],
      ['listRuns', [{ sort: 'id; DROP TABLE runs' }], /argument 1, sort/],
      ['listRuns', [{ limit: 1e9 }], /argument 1, limit/],
      ['listRuns', [{ where: '1=1' }], /where/],
      ['listRuns', [{ offset: -1 }], /argument 1, offset/],
      ['updateRun', [1, { tags: ['x'.repeat(65)] }], /argument 2, tags\[0\]/],
      ['updateRun', [1, { status: 'done' }], /status/],
      ['startRun', [{ scenario: smallScenario(), seed: -1 }], /argument 1, seed/],
      ['startRun', [{ scenario: smallScenario(), baseDir: '../etc' }], /baseDir/],
      ['saveScenario', ['', smallScenario()], /argument 1/],
      ['exportRun', [1, 'html'], /argument 2/],
      ['importRun', [{}], /argument 1/],
    ];
    for (const [method, args, message] of calls) {
      const call = client[method] as (...args: unknown[]) => Promise<unknown>;
      const refused = await call(...args).catch((error: unknown) => error);
      expect(refused, `${method} ${JSON.stringify(args).slice(0, 80)}`).toMatchObject({
        kind: 'invalid',
        message: expect.stringMatching(message) as string,
      });
    }
  });

  it('cannot exhaust the checks with a scenario that is too deep or too large', async () => {
    const { lab, line } = connected();
    const deep = `${'{"children":'.repeat(50_000)}{}${'}'.repeat(50_000)}`;
    const large = `{"cgroups":[${'0,'.repeat(300_000)}0]}`;
    for (const [i, scenario] of [deep, large].entries()) {
      const began = performance.now();
      line.send(`{"t":"q","i":"${i}","m":"checkScenario","a":[${scenario}]}`);
      while (line.received.length === i) await sleep(5);
      expect(performance.now() - began).toBeLessThan(2000);
      expect(JSON.parse(line.received[i]!)).toMatchObject({
        e: {
          kind: 'invalid',
          message: expect.stringContaining('nested at most 64 deep') as string,
        },
      });
    }
    expect((await lab.checkScenario(null)).length).toBeGreaterThan(0);
  });
});
