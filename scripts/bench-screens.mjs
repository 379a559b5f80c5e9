// npm run bench:screens: how fast a comparison of eight runs with 20,000 samples each opens, redraws and pans,
// in a real Chromium. Prints milliseconds and frames per second; judges nothing.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { digest } from '../src/engine/metrics/digest.ts';
import { ensureBuilt } from './lib/build.mjs';
import { findChromium } from './lib/hosts.mjs';
import { root } from './lib/root.mjs';

const RUNS = 8;
const SAMPLES = 20_000;
/** As many columns as a run with two cgroups and two tiers has. */
const OTHERS = 60;
const INTERVAL_NS = 1e6;
const PAN_STEPS = 120;
const ROUNDS = 5;

const SCENARIO = {
  version: 1,
  name: 'Bench of the screens',
  machine: { memory: '64MiB' },
  kernel: { zswap: { enabled: true } },
  tiers: { ssd: { kind: 'block', device: 'sata-ssd', size: '128MiB' } },
  cgroups: { web: { workloads: [{ name: 'app', pattern: { kind: 'zipf' }, pages: '32MiB' }] } },
  run: { accesses: 1000, seed: 1 },
};

function exportedRun(run) {
  let state = run * 7919 + 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const column = (scope, metric, most) => ({
    scope,
    metric,
    values: Array.from({ length: SAMPLES }, (_, i) =>
      Math.round(most * (0.5 + 0.3 * Math.sin(i / 900 + run) + 0.2 * random())),
    ),
  });
  const columns = [
    column('machine', 'accesses', 2000),
    column('machine', 'pgmajfault', 90),
    column('machine', 'stall_memory', 4e5),
    column('machine', 'resident', 12_000),
    column('machine', 'zero_pages', 700),
    column('tier:zswap', 'zswap_stored', 5000),
    column('tier:ssd', 'held', 4000),
    ...Array.from({ length: OTHERS }, (_, i) => column(`cgroup:/other${i}`, 'resident', 900)),
  ];
  const result = {
    engineVersion: 'bench',
    seed: run,
    endReason: 'accesses',
    simulatedNs: SAMPLES * INTERVAL_NS,
    accesses: 1000 * SAMPLES,
    totals: [{ scope: 'machine', counters: { pgmajfault: 1000 * run, throughput: 1e6 / run } }],
    series: {
      intervalNs: INTERVAL_NS,
      timeNs: Array.from({ length: SAMPLES }, (_, i) => (i + 1) * INTERVAL_NS),
      columns,
    },
    histograms: [],
    flows: [{ from: 'ram', to: 'zswap', pages: 1000 * run }],
    events: [],
  };
  const scenario = { ...SCENARIO, run: { ...SCENARIO.run, seed: run } };
  return {
    format: 'swap-lab-run',
    version: 1,
    run: {
      ...{ name: `bench ${run}`, status: 'done', tags: [], note: '', seed: run, error: null },
      ...{ engineVersion: 'bench', createdAt: run, startedAt: run, endedAt: run, wallMs: 1 },
      scenario,
      traces: [],
      result: { ...result, digest: digest(result) },
    },
  };
}

function importRuns(folder) {
  const file = join(folder, 'run.json');
  for (let run = 1; run <= RUNS; run++) {
    writeFileSync(file, JSON.stringify(exportedRun(run)));
    const cli = [join(root, 'out/main/cli.js'), 'import', file];
    const { status, stderr } = spawnSync(
      process.execPath,
      [...cli, '--db', join(folder, 'swap-lab.db')],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(`A run could not be imported: ${stderr}`);
  }
}

async function startServer(folder) {
  const server = spawn(process.execPath, [join(root, 'out/main/server.js'), '--port', '0'], {
    env: { ...process.env, SWAPLAB_DATA: folder, SWAPLAB_NO_FIRST_RUN: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(server.stdout)) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line) ?? [];
    if (address) return { server, address };
  }
  throw new Error('The server printed no address.');
}

/** In the page: milliseconds from a step until the frame that shows it has been drawn. */
const inPage = {
  open: (hash) =>
    new Promise((resolve) => {
      const start = performance.now();
      location.hash = hash;
      const look = () => {
        const legends = [...document.querySelectorAll('main figure .legend .value')];
        const isDrawn =
          document.querySelectorAll('main figure canvas').length >= 10 &&
          legends.length >= 16 &&
          legends.every(({ textContent }) => textContent !== '–');
        if (isDrawn) requestAnimationFrame(() => resolve(performance.now() - start));
        else requestAnimationFrame(look);
      };
      look();
    }),
  smooth: (samples) =>
    new Promise((resolve) => {
      const labels = [...document.querySelectorAll('main label')];
      const select = labels.find(({ textContent }) => textContent.includes('smooth'));
      const box = select.querySelector('select');
      const start = performance.now();
      box.selectedIndex = [1, 5, 20, 100, 500].indexOf(samples);
      box.dispatchEvent(new Event('change', { bubbles: true }));
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
    }),
  pan: async (steps) => {
    const chart = document.querySelector('main [role="slider"]');
    chart.scrollIntoView({ block: 'center' });
    chart.focus();
    const press = (key) =>
      chart.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    for (let i = 0; i < 4; i++) press('+');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    const frames = [];
    let last = await frame();
    for (let i = 0; i < steps; i++) {
      press(i % 8 < 4 ? 'PageDown' : 'PageUp');
      const now = await frame();
      frames.push(now - last);
      last = now;
    }
    return frames;
  },
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const print = (what, text) => console.log(`${what.padEnd(52)}${text}`);

await ensureBuilt({ quiet: true });
const executablePath = findChromium();
if (!executablePath) {
  console.error('No Chromium was found; CHROMIUM_PATH names one.');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'swap-lab-bench-'));
let server;
let browser;
try {
  importRuns(folder);
  const started = await startServer(folder);
  server = started.server;
  browser = await chromium.launch({ executablePath });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(started.address);
  await page.getByText(/engine \d/).waitFor();
  const ids = Array.from({ length: RUNS }, (_, i) => i + 1).join();
  const opened = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.evaluate(() => void (location.hash = '#/library'));
    await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
    opened.push(await page.evaluate(inPage.open, `#/compare/${ids}?baseline=1`));
  }
  const redrawn = [];
  for (const samples of [20, 1, 100, 1, 500]) {
    redrawn.push(await page.evaluate(inPage.smooth, samples));
  }
  const frames = await page.evaluate(inPage.pan, PAN_STEPS);
  const total = frames.reduce((sum, each) => sum + each, 0);
  console.log(
    `${RUNS} runs of ${SAMPLES.toLocaleString('en')} samples and ${OTHERS + 7} columns\n`,
  );
  print('Opened from the database and drawn, median', `${median(opened).toFixed(0)} ms`);
  print('  the first time, with nothing compiled', `${opened[0].toFixed(0)} ms`);
  print('All charts computed and drawn again, median', `${median(redrawn).toFixed(0)} ms`);
  print(`Panned ${PAN_STEPS} steps`, `${((1000 * frames.length) / total).toFixed(1)} frames/s`);
  print('  longest frame', `${Math.max(...frames).toFixed(0)} ms`);
} finally {
  await browser?.close();
  server?.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
