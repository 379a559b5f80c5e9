// What leaves the app of a comparison: CSV, a report that needs nothing else, charts as SVG.
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/engine/metrics/catalogue.ts';
import { compareRecords } from '../../src/main/lab/compare.ts';
import { chartSvg } from '../../src/renderer/charts/svg.ts';
import { comparisonCsv } from '../../src/renderer/compare/export/csv.ts';
import { reportHtml } from '../../src/renderer/compare/export/report.ts';
import { start } from './fixture/app.ts';
import { FakeLab } from './fixture/fakeLab.ts';

function compared() {
  const lab = new FakeLab();
  const calm = lab.addRun({ name: 'calm, "as it is"' });
  const busy = lab.addRun({ name: '=<script>alert(1)</script>' }, 1.5);
  return compareRecords([calm, busy], 0);
}

const parse = (xml: string, type: DOMParserSupportedType = 'image/svg+xml') =>
  new DOMParser().parseFromString(xml, type);

describe('CSV', () => {
  const lines = comparisonCsv(compared(), METRICS).split('\r\n');

  it('has a line for each figure, in full', () => {
    // 96,000 major faults against 144,000: half as many again.
    expect(lines).toContain(
      'figure,machine,pgmajfault,count,96000,,0,0,,,baseline,144000,,48000,50,,,worse',
    );
  });

  it('quotes what needs it and holds no formula', () => {
    expect(lines.find((line) => line.startsWith('run,,name'))).toBe(
      `run,,name,,"calm, ""as it is""",,,,,,,'=<script>alert(1)</script>,,,,,,`,
    );
  });
});

describe('the report', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>';
  const html = reportHtml({
    name: 'Calm & busy',
    comparison: compared(),
    metrics: METRICS,
    appVersion: '0.1.0',
    madeAt: 0,
    drawings: [{ heading: 'Over the run', svgs: [{ svg }] }],
  });
  const page = parse(html, 'text/html');

  it('loads nothing and runs nothing', () => {
    expect(page.querySelectorAll('script, link, img, iframe, object, [src], [href]')).toHaveLength(
      0,
    );
    expect(
      page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content'),
    ).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(html).not.toMatch(/url\(|@import/);
  });

  it('has the charts inside it and says what changed in words', () => {
    expect(page.querySelectorAll('figure svg path')).toHaveLength(1);
    const row = [...page.querySelectorAll('tr')].find((each) =>
      each.textContent?.startsWith('pgmajfault'),
    );
    expect(row?.textContent).toContain('▲ +48,000 +50.0 % worse');
    expect(row?.querySelector('th')?.title).toMatch(/Unit: count\. Counted by .+ Less is better\./);
  });
});

describe('a chart as SVG', () => {
  const look = {
    stacked: false,
    logarithmic: false,
    points: false,
    formatX: (value: number) => `${value} s`,
    formatY: (value: number) => `${value} pages`,
  };
  const line = (y: number[]) => ({ label: 'a < b', tone: 'run-1', x: [0, 1, 2], y });

  it('is well-formed, with axes and legend', () => {
    const drawing = parse(
      chartSvg({ title: 'x & y', note: '', lines: [line([0, 5, 10])], look, range: [0, 2] }),
    );
    expect(drawing.querySelector('parsererror')).toBeNull();
    const texts = [...drawing.querySelectorAll('text')].map(({ textContent }) => textContent);
    expect(texts).toEqual(expect.arrayContaining(['x & y', 'a < b', '0 pages', '10 pages', '2 s']));
  });

  it('reaches below zero where a line does', () => {
    const chart = { title: '', note: '', lines: [line([-8, 0, 4])], look, range: [0, 2] as const };
    const drawing = parse(chartSvg(chart));
    const texts = [...drawing.querySelectorAll('text')].map(({ textContent }) => textContent);
    expect(texts).toEqual(expect.arrayContaining(['-8 pages', '0 pages', '4 pages']));
  });

  it('lifts the pen where there is no number', () => {
    const drawing = parse(
      chartSvg({ title: '', note: '', lines: [line([1, NaN, 3])], look, range: [0, 2] }),
    );
    const path = drawing.querySelector('svg svg path')?.getAttribute('d') ?? '';
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).not.toContain('NaN');
  });

  it('puts layers on one another', () => {
    const drawing = parse(
      chartSvg({
        title: '',
        note: '',
        lines: [line([4, 4, 4]), line([6, 6, 6])],
        look: { ...look, stacked: true },
        range: [0, 2],
      }),
    );
    const [below, above] = [...drawing.querySelectorAll('svg svg path')].map(
      (path) => path.getAttribute('d') ?? '',
    );
    // The floor of the second layer is the top of the first.
    const top = /^M\S+ ([\d.]+)/.exec(below ?? '')?.[1];
    expect(above?.endsWith(`${top}Z`)).toBe(true);
  });
});

describe('a saved comparison', () => {
  it('is opened again as it was', async () => {
    const lab = new FakeLab();
    lab.addRun({ name: 'calm' });
    lab.addRun({ name: 'busy' }, 1.5);
    const { user } = await start('#/compare/1,2?baseline=2', lab);
    await user.selectOptions(await screen.findByLabelText('align by'), 'accesses');
    await user.selectOptions(screen.getByLabelText('smooth over'), '20');
    await user.click(screen.getByLabelText('all settings'));
    await user.selectOptions(screen.getByLabelText('show'), 'difference');
    await user.click(screen.getByRole('button', { name: 'Save …' }));
    await user.type(screen.getByLabelText('Name'), 'Is it the load?');
    await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Save' }));
    await screen.findByRole('heading', { level: 1, name: 'Is it the load?' });
    await user.click(screen.getByLabelText('all settings'));
    await user.selectOptions(screen.getByLabelText('show'), 'values');
    await user.click(screen.getByRole('button', { name: 'Other …' }));
    await user.click(await screen.findByRole('button', { name: /^Is it the load\?/ }));
    await waitFor(() => expect(location.hash).toBe('#/compare/1,2?baseline=2'));
    expect((await screen.findByLabelText<HTMLSelectElement>('align by')).value).toBe('accesses');
    expect(screen.getByLabelText<HTMLSelectElement>('smooth over').value).toBe('20');
    expect(screen.getByLabelText<HTMLInputElement>('all settings').checked).toBe(true);
    expect(screen.getByLabelText<HTMLSelectElement>('show').value).toBe('difference');
  });
});
