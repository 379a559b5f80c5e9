/**
 * A comparison as one HTML file that needs nothing else: no script, no network, charts as inline SVG,
 * in the colours that the reader's system prefers.
 */
import type { Comparison, Metric, MetricComparison } from '../../../main/lab/contract.ts';
import { escapeXml as escape } from '../../charts/svg.ts';
import { metricDetail } from '../../format/metrics.ts';
import { formatDelta, formatMetric, formatPercentDelta } from '../../format/numbers.ts';
import { formatDate } from '../../format/time.ts';
import tokens from '../../styles/tokens.css?raw';
import { runLetter, runTone } from '../compareData.svelte.ts';
import { settingRows, showSetting } from '../settings.ts';
import {
  arrow,
  headlinesFirst,
  isHeadline,
  methodOf,
  VERDICT_TONES,
  VERDICT_WORDS,
} from '../verdict.ts';
import style from './report.css?raw';

export interface Report {
  name: string;
  comparison: Comparison;
  metrics: readonly Metric[];
  appVersion: string;
  /** Milliseconds since 1970. */
  madeAt: number;
  /** Drawings by heading, as SVG that takes its colours from the style sheet. */
  drawings: readonly { heading: string; svgs: readonly { svg: string; caption?: string }[] }[];
}

/** Nothing may be loaded, whatever is in the names of runs. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function reportHtml(report: Report): string {
  const { name, comparison, metrics, appVersion, madeAt, drawings } = report;
  const charts = drawings.map(
    ({ heading, svgs }) =>
      `<section><h2>${escape(heading)}</h2><div class="charts">${svgs
        .map(
          ({ svg, caption = '' }) =>
            `<figure>${svg}<figcaption>${escape(caption)}</figcaption></figure>`,
        )
        .join('')}</div></section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width"><title>${escape(name)}</title>
<style>${tokens}${style}</style></head><body>
<h1>${escape(name)}</h1>
<p class="mute">Made by Swap Lab ${escape(appVersion)} on ${escape(formatDate(madeAt))}.</p>
${runsTable(comparison)}
${comparison.warnings.length > 0 ? `<ul class="warnings">${comparison.warnings.map((each) => `<li>${escape(each)}</li>`).join('')}</ul>` : ''}
${settingsTable(comparison)}
${headlines(comparison, metrics)}
${charts.join('\n')}
${everyFigure(comparison, metrics)}
</body></html>
`;
}

const headOf = ({ runs, baseline }: Comparison) =>
  runs.map((_, i) => `<th>${runLetter(i)}${i === baseline ? ' (baseline)' : ''}</th>`).join('');

function runsTable({ runs, replicates, baseline }: Comparison): string {
  const rows = runs.map(
    (run, i) =>
      `<tr><th style="color:var(--${runTone(i)})">${runLetter(i)}</th><td>${escape(run.name)}${i === baseline ? ' <b>baseline</b>' : ''}</td><td>${run.seed}</td><td>${replicates[i]?.length ?? 1}</td><td>${escape(run.engineVersion)}</td><td><code>${escape(run.digest ?? '–')}</code></td></tr>`,
  );
  return `<table><thead><tr><th></th><th>run</th><th>seed</th><th>runs in its mean</th><th>engine</th><th>digest</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function settingsTable(comparison: Comparison): string {
  const rows = settingRows(comparison, false, '').map(
    ({ path, values }) =>
      `<tr><td><code>${escape(path)}</code></td>${(values ?? []).map((value) => `<td>${escape(value)}</td>`).join('')}</tr>`,
  );
  const table = `<table><thead><tr><th>setting</th>${headOf(comparison)}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<h2>What differs</h2>${rows.length > 0 ? table : '<p>No setting.</p>'}${sharedSettings(comparison)}`;
}

function sharedSettings({ sharedSettings }: Comparison): string {
  const rows = sharedSettings.map(
    ({ path, value }) =>
      `<tr><td><code>${escape(path)}</code></td><td>${escape(showSetting(value))}</td></tr>`,
  );
  return `<details><summary>${rows.length} settings that all runs share</summary><table><tbody>${rows.join('')}</tbody></table></details>`;
}

function headlines(comparison: Comparison, metrics: readonly Metric[]): string {
  const rows = headlinesFirst(comparison.metrics.filter(isHeadline));
  return `<h2>What came of it</h2><p class="mute">▲ more, ▼ less than the baseline. ${escape(methodOf(comparison))}</p>${figuresTable(rows, comparison, metrics)}`;
}

/** All figures by scope; what is 0 everywhere says nothing. */
function everyFigure(comparison: Comparison, metrics: readonly Metric[]): string {
  const scopes = [...new Set(comparison.metrics.map(({ scope }) => scope))];
  const tables = scopes.map((scope) => {
    const rows = comparison.metrics.filter(
      (row) => row.scope === scope && row.values.some((value) => value !== 0),
    );
    return `<details><summary>${escape(scope)}</summary>${figuresTable(rows, comparison, metrics)}</details>`;
  });
  return `<h2>Every figure</h2>${tables.join('')}`;
}

function figuresTable(
  rows: readonly MetricComparison[],
  comparison: Comparison,
  metrics: readonly Metric[],
): string {
  const catalogue = new Map(metrics.map((metric) => [metric.name, metric]));
  const lines = rows.map((row) =>
    figureRow(row, comparison.baseline, catalogue.get(row.metric.split(' ')[0] ?? '')),
  );
  return `<table><thead><tr><th>metric</th>${headOf(comparison)}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

function figureRow(row: MetricComparison, baseline: number, metric: Metric | undefined): string {
  const cells = row.values.map((value, i) => {
    if (value === null) return '<td>–</td>';
    const figure = escape(formatMetric(value, metric?.unit));
    const delta = row.delta[i] ?? null;
    if (i === baseline || delta === null || delta === 0) return `<td>${figure}</td>`;
    const interval = row.intervals[i];
    const reach = interval
      ? ` ± ${formatMetric((interval.high - interval.low) / 2, metric?.unit)}`
      : '';
    const percent = row.deltaPercent[i];
    const share =
      percent === null || percent === undefined ? '' : ` ${formatPercentDelta(percent)}`;
    const verdict = row.verdict[i] ?? 'neutral';
    const change = `${arrow(delta)} ${formatDelta(delta, metric?.unit)}${reach}${share} ${VERDICT_WORDS[verdict]}`;
    return `<td>${figure}<br><span class="${VERDICT_TONES[verdict]}">${escape(change)}</span></td>`;
  });
  const explained = metric ? `${metric.meaning} ${metricDetail(metric)}` : '';
  return `<tr><th title="${escape(explained)}"><code>${escape(row.metric)}</code></th>${cells.join('')}</tr>`;
}
