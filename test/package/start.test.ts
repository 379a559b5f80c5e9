// The packaged app starts for a user who is not root, with its sandbox on, on a machine that never had it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import firstRun from '../../resources/studies/first-run.json' with { type: 'json' };
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { makeHome, startApp, user, type StartedApp } from '../e2e/packaged.ts';

const binary = process.env.SWAPLAB_PACKAGED!;
const SECCOMP_FILTER = 2;

let home: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'swap-lab-home-'));
  env = makeHome(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

interface Process {
  type: string;
  userId: number;
  seccomp: number;
  /** Its ids from the outermost name space inwards. */
  ids: number;
  commandLine: string;
}

/** The processes of a program, by what the kernel says of them. */
function processesOf(program: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        if (!commandLine.startsWith(program)) return [];
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const field = (name: string) =>
          new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)![1]!.split('\t');
        return {
          type: /--type=(\S+)/.exec(commandLine)?.[1] ?? 'main',
          userId: Number(field('Uid')[0]),
          seccomp: Number(field('Seccomp')[0]),
          ids: field('NSpid').length,
          commandLine,
        };
      } catch {
        return [];
      }
    });
}

describe('the first start', () => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await startApp(binary, env);
  });
  afterAll(() => app?.quit());

  it('shows the first scenario', async () => {
    console.log(`Cold start: ${Math.round(app.coldStartMs)} ms to the first screen.`);
    expect(await app.page.title()).toBe('Swap Lab');
    await app.page
      .getByRole('heading', { name: /First run/ })
      .first()
      .waitFor();
  });

  it('is the Electron that it was packed from, and without another that of package.json', async () => {
    const agent = await app.page.evaluate(() => navigator.userAgent);
    const version = / Electron\/(\S+)/.exec(agent)?.[1];
    expect(version).toBe(
      readFileSync(join(process.env.SWAPLAB_PACKED_FROM!, 'version'), 'utf8').trim(),
    );
    const pin = packageJson.devDependencies.electron;
    if (process.env.ELECTRON_OVERRIDE_DIST_PATH === undefined) expect(version).toBe(pin);
    else console.log(`Packed: Electron ${version}, for tests. Releases are built with ${pin}.`);
  });

  it('runs sandboxed, and not as root', () => {
    const processes = processesOf(binary);
    expect(processes.map(({ type }) => type)).toContain('renderer');
    for (const { type, userId, seccomp, ids, commandLine } of processes) {
      expect([type, userId]).toEqual([type, user.uid ?? process.getuid!()]);
      expect(commandLine).not.toContain('--no-sandbox');
      if (type !== 'renderer') continue;
      // A filter on its system calls, and process ids of its own.
      expect(seccomp).toBe(SECCOMP_FILTER);
      expect(ids).toBeGreaterThan(1);
    }
  });

  it('a second start brings the first to the front and leaves', () => {
    const second = spawnSync(binary, [], { ...user, env, encoding: 'utf8', timeout: 20_000 });
    expect(second.status).toBe(0);
    expect(second.stderr).toContain('Swap Lab is already open');
    expect(processesOf(binary).filter(({ type }) => type === 'main')).toHaveLength(1);
  });

  it('a file that is opened while it runs is shown in its window', async () => {
    const scenario = join(home, 'double click.swscenario');
    writeFileSync(scenario, JSON.stringify({ ...firstRun, name: 'Clicked while it ran' }));
    const second = spawnSync(binary, ['double click.swscenario'], {
      ...user,
      env,
      cwd: home,
      timeout: 20_000,
    });
    expect(second.status).toBe(0);
    await app.page.getByRole('heading', { level: 1, name: 'Clicked while it ran' }).waitFor();
    await app.page.getByText('as in double click.swscenario').waitFor();
  });

  it('ends when it is told to, and remembers its window', async () => {
    expect(await app.quit()).toBe(0);
    const state = JSON.parse(readFileSync(join(home, '.config/swap-lab/window.json'), 'utf8'));
    expect(state).toMatchObject({ maximized: false, bounds: { width: 1440, height: 900 } });
    expect(existsSync(join(home, '.local/share/swap-lab/swap-lab.db'))).toBe(true);
  });
});

it('a database of a newer release is refused in plain words, and left as it was', async () => {
  const file = join(home, '.local/share/swap-lab/swap-lab.db');
  const database = new Sqlite(file);
  database.pragma('user_version = 9999');
  database.pragma('journal_mode = DELETE');
  database.close();
  const before = readFileSync(file);
  const refused = spawnSync(binary, [], { ...user, env, encoding: 'utf8', timeout: 5000 });
  expect(refused.stderr).toContain('Swap Lab cannot start: The database');
  expect(refused.stderr).toContain('newer Swap Lab (its format is 9999');
  expect(refused.stderr).not.toMatch(/^\s+at /m);
  expect(readFileSync(file).equals(before)).toBe(true);
});

it('--db opens another one, and a file is opened at the start', async () => {
  const file = join(home, 'elsewhere', 'mine.db');
  const scenario = join(home, 'mine.swscenario');
  writeFileSync(scenario, JSON.stringify({ ...firstRun, name: 'Clicked first' }));
  const app = await startApp(binary, env, ['--db', file, scenario]);
  await app.page.getByRole('heading', { level: 1, name: 'Clicked first' }).waitFor();
  await app.quit();
  expect(existsSync(file)).toBe(true);
});

it("its fuses keep Node's inspector out, and a script too", () => {
  const script = join(home, 'script.cjs');
  writeFileSync(script, "require('fs').writeFileSync('ran', '')");
  for (const [args, variables] of [
    [['--inspect-brk=0', '--version'], {}],
    [[script], { ELECTRON_RUN_AS_NODE: '1' }],
    [['--version'], { NODE_OPTIONS: `--require ${script}` }],
  ] as const) {
    const { stderr } = spawnSync(binary, [...args], {
      ...user,
      env: { ...env, ...variables, SWAPLAB_DATA: join(home, 'other'), DISPLAY: undefined },
      cwd: home,
      encoding: 'utf8',
      timeout: 5000,
    });
    expect(stderr).not.toContain('Debugger listening');
    expect(existsSync(join(home, 'ran'))).toBe(false);
  }
});
