// `swaplab run` and `check`, as a shell sees them: exit codes, output, and what is left behind.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunRecord, RunResult, ScenarioIssue } from '../../src/main/lab/contract.ts';
import { parse, swaplabIn } from './swaplab.ts';

const { folder, hasData, start, swaplab, swaplabWith } = swaplabIn();

interface Document {
  run: RunRecord;
  result: RunResult | null;
}

const SCENARIO = {
  name: 'Small',
  machine: { memory: '64MiB' },
  kernel: { zswap: { enabled: true } },
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '64MiB' } },
  cgroups: {
    web: {
      workloads: [{ name: 'api', pattern: { kind: 'zipf' }, pages: 2000, accesses: 50_000 }],
    },
  },
  run: { sampleEvery: '1ms' },
};

const file = join(folder, 'small.json');
writeFileSync(file, JSON.stringify(SCENARIO));

describe('swaplab run', () => {
  it('with --no-save leaves nothing behind, and prints one JSON document', async () => {
    const ended = await swaplab('run', file, '--no-save', '--json');
    expect(ended.code).toBe(0);
    const { run, result } = parse<Document>(ended);
    expect(run).toMatchObject({ status: 'done', name: 'Small', seed: 1, accesses: 50_000 });
    expect(result?.digest).toBe(run.digest);
    expect(result?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(run).not.toHaveProperty('result');
    expect(hasData()).toBe(false);
  });

  it('gives the same digest twice, and another for another seed', async () => {
    const digestOf = async (...more: string[]) =>
      parse<Document>(await swaplab('run', file, '--no-save', '--json', ...more)).run.digest;
    const [first, second, other] = [
      await digestOf(),
      await digestOf(),
      await digestOf('--seed', '2'),
    ];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('prints tables with units and no colours where nobody asked for JSON', async () => {
    const { code, stdout } = await swaplab('run', file, '--no-save');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Status +done$/m);
    expect(stdout).toMatch(/^accesses +50,000$/m);
    expect(stdout).toMatch(/^throughput +[\d,]+\/s$/m);
    expect(stdout).toMatch(/^all +[\d,]+ +[\d.]+ (ns|µs|ms)/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('reads standard input, and changes settings', async () => {
    const ended = await swaplabWith(
      JSON.stringify(SCENARIO),
      ...['run', '-', '--no-save', '--json', '--name', 'Changed'],
      ...['--set', 'kernel.zswap.compressor=zstd', '--set', 'cgroups.web.workloads[0].accesses=7'],
      ...['--set', 'machine.cpus=3', '--set', 'kernel.zswap.enabled=false'],
    );
    const { run } = parse<Document>(ended);
    expect(run).toMatchObject({ name: 'Changed', scenarioName: 'Small', accesses: 7 });
    expect(run.scenario).toMatchObject({
      machine: { memory: '64MiB', cpus: 3 },
      kernel: { zswap: { enabled: false, compressor: 'zstd' } },
    });
  });

  it('names every mistake of a scenario, one a line', async () => {
    const { code, stdout, stderr } = await swaplab(
      ...['run', file, '--no-save'],
      ...['--set', 'machine.memory=lots', '--set', 'cgroups.web.memory.maxx=1M'],
    );
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^ {2}machine\.memory is "lots"; accepted: a size/m);
    expect(stderr).toMatch(/^ {2}cgroups\.web\.memory\.maxx is "1M"; accepted: "max"/m);
  });

  it('says the same in JSON when that was asked for', async () => {
    const ended = await swaplab('run', file, '--no-save', '--json', '--set', 'machine.cpus=0');
    expect(ended.code).toBe(2);
    const { error } = parse<{ error: { kind: string; issues: ScenarioIssue[] } }>(ended);
    expect(error.kind).toBe('invalid');
    expect(error.issues.map(({ path }) => path)).toEqual(['machine.cpus']);
  });

  it.each([
    [['run', 'none.json'], 'There is no file none.json.'],
    [['run', '.'], '. is a folder, not a file.'],
    [['run', file, '--set', 'machine.cpus'], '--set is "machine.cpus"; accepted: path=value'],
    [['run', file, '--set', 'a..b=1'], '--set is "a..b=1"; accepted: path=value'],
    [['run', file, '--seed', '-1'], 'Accepted: a whole number from 0 to 4294967295.'],
    [['run', file, '--sede', '1'], '(Did you mean --seed?)'],
    [['run'], "missing required argument 'scenario'"],
  ])('ends with 2 on %j', async (args, message) => {
    const { code, stdout, stderr } = await swaplab(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it.each([
    ['{"name": "x",\n "run": }', 'Unexpected "}" (line 2 column 9)'],
    ['{"name": "x",\n "run": {}\n', "Expected ',' or '}' after property value"],
    ['{"name": tru, "run": "a } b"}', 'Unexpected "," (line 1 column 13)'],
    ['', 'Unexpected end of JSON input'],
    ['[]', 'Standard input holds no scenario; accepted: a JSON object.'],
  ])('says where %j breaks off', async (text, message) => {
    const { code, stdout, stderr } = await swaplabWith(text, 'run', '-');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('ends with 1 when the run fails', async () => {
    const trace = join(folder, 'damaged.swtrace');
    writeFileSync(trace, 'SWTRACE\n and no more of one');
    const replay = { name: 'replay', trace: { file: 'damaged.swtrace' } };
    const scenario = join(folder, 'damaged.json');
    writeFileSync(scenario, JSON.stringify({ cgroups: { web: { workloads: [replay] } } }));
    const ended = await swaplab('run', scenario, '--no-save', '--json');
    expect(ended.code).toBe(1);
    const { run, result } = parse<Document>(ended);
    expect(run).toMatchObject({ status: 'failed' });
    expect(run.error).toContain('is no sound trace file');
    expect(result).toBeNull();
    expect(ended.stderr).toContain('swaplab: the run failed: ');
  });

  it('is cancelled by Ctrl-C, and the run is kept as cancelled', async () => {
    const db = join(folder, 'cancelled.db');
    const endless = 'cgroups.web.workloads[0].accesses=100000000000';
    const { child, ended } = start(['run', file, '--db', db, '--set', endless, '--json']);
    const runs = async () =>
      parse<{ runs: RunRecord[] }>(await swaplab('runs', '--db', db, '--json')).runs;
    while (!existsSync(db) || (await runs())[0]?.status !== 'running') await sleep(50);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect((JSON.parse(stdout) as Document).run.status).toBe('cancelled');
    expect(await runs()).toMatchObject([{ id: 1, status: 'cancelled' }]);
  });
});

describe('swaplab check', () => {
  it('ends with 0 or 2', async () => {
    expect(await swaplab('check', file)).toMatchObject({
      code: 0,
      stdout: 'The scenario is sound.\n',
    });
    const wrong = await swaplab('check', file, '--set', 'tiers.ssd.device=floppy', '--json');
    expect(wrong.code).toBe(2);
    const { ok, issues } = parse<{ ok: boolean; issues: ScenarioIssue[] }>(wrong);
    expect(ok).toBe(false);
    expect(issues.map(({ path }) => path)).toEqual(['tiers.ssd.device']);
  });

  it('says what is asked for in vain, and still ends with 0', async () => {
    const scenario = join(folder, 'late.json');
    const actions = [{ at: '2s', do: 'swapoff', tier: 'ssd' }];
    writeFileSync(scenario, JSON.stringify({ ...SCENARIO, actions, run: { duration: '1s' } }));
    const { code, stdout, stderr } = await swaplab('check', scenario);
    expect([code, stdout]).toEqual([0, 'The scenario is sound, but:\n']);
    expect(stderr).toBe(
      'actions[0].at is "2s"; accepted: a time before the end of the run, 1 s; nothing is begun later\n',
    );
  });

  it('looks for the traces, starting at the scenario', async () => {
    const replay = { name: 'replay', trace: { file: 'missing.swtrace' } };
    const scenario = join(folder, 'missing.json');
    writeFileSync(scenario, JSON.stringify({ cgroups: { web: { workloads: [replay] } } }));
    const { code, stderr } = await swaplab('check', scenario);
    expect(code).toBe(2);
    expect(stderr).toContain('cgroups.web.workloads[0].trace.file is "missing.swtrace"');
  });

  it('makes no database', () => {
    expect(hasData()).toBe(false);
  });
});

describe('swaplab serve', () => {
  it('prints its address and ends cleanly', async () => {
    const { child, ended } = start(['serve', '--port', '0', '--db', join(folder, 'served.db')]);
    await new Promise((heard) => child.stdout?.once('data', heard));
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
  });

  it('refuses a port that is none', async () => {
    const { code, stderr } = await swaplab('serve', '--port', '70000');
    expect(code).toBe(2);
    expect(stderr).toContain('Accepted: a whole number from 0 to 65535.');
  });
});

describe('swaplab', () => {
  it('has help for every command', async () => {
    const { code, stdout } = await swaplab('--help');
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name as string);
    const known = [
      'run',
      'runs',
      'show',
      'compare',
      'export',
      'import',
      'delete',
      'trace',
      'schema',
    ];
    expect(commands).toEqual(expect.arrayContaining([...known, 'check', 'serve', 'bench']));
    for (const command of commands) {
      const help = await swaplab(command, '--help');
      expect(help.code, command).toBe(0);
      if (command !== 'help') expect(help.stdout).toMatch(`Usage: swaplab ${command}`);
    }
  }, 60_000);

  it('ends with 2 without a command or with one that it does not know', async () => {
    expect(await swaplab()).toMatchObject({ code: 2, stdout: '' });
    expect(await swaplab('rnu')).toMatchObject({ code: 2, stdout: '' });
  });

  it('names its version', async () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
    ) as { version: string };
    expect(await swaplab('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});
