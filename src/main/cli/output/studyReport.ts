/** Studies as text: the list, and one with its table and its verdict. */
import type { Column, StudySummary, StudyVerdict } from '../../lab/contract.ts';
import { percent, size, time, wall, whole } from './figures.ts';
import { table, type Align } from './table.ts';

export function listOfStudies(studies: StudySummary[]): string {
  const rows = studies.map(({ name, title, claims, scenarios }) => [
    name,
    title,
    String(scenarios.length),
    String(claims.length),
    String(claims.filter(({ recorded }) => recorded === 'refuted').length),
  ]);
  const right = 'right' as const;
  return table(['Name', 'Title', 'Runs', 'Claims', 'Refuted'], rows, [
    'left',
    'left',
    right,
    right,
    right,
  ]);
}

export function describeStudy(study: StudySummary): string {
  const { verdict } = study;
  const head = `${study.title}\n\n${wrap(study.argument)}\nSource: ${study.source}\n\n${wrap(study.method)}\n`;
  return verdict === null
    ? head
    : `${head}${tableOf(study.columns, verdict)}\n${verdictOf(verdict)}`;
}

function tableOf(columns: Column[], { rows }: StudyVerdict): string {
  return table(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map(({ key, unit }) => cellText(row[key], unit))),
    columns.map(({ unit }): Align => (unit === 'text' ? 'left' : 'right')),
  );
}

/** A figure of a study's table in its unit. */
function cellText(value: string | number | null | undefined, unit: Column['unit']): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'bytes':
      return size(value);
    case 'ns':
      return time(Math.round(value));
    case 'percent':
      return percent(value);
    case 'per second':
      return `${whole(value)}/s`;
    case 'ratio':
      return value.toFixed(2);
    case 'count':
    case 'pages':
    case 'text':
      return whole(value);
  }
}

function verdictOf({ claims, asRecorded, digest, engineVersion, wallMs }: StudyVerdict): string {
  const told = claims.map(({ statement, recorded, found, finding, reason }) =>
    [
      `${found === 'holds' ? 'HOLDS' : 'REFUTED'}  ${statement}`,
      finding,
      ...(found === 'refuted' && recorded === 'refuted' && reason ? [`Reason: ${reason}`] : []),
      ...(found === recorded
        ? []
        : [`CHANGED: the study records that it ${recorded === 'holds' ? 'holds' : 'is refuted'}.`]),
    ]
      .map((line, i) => (i === 0 ? wrap(line, '') : wrap(line, '    ')))
      .join(''),
  );
  const verdict = asRecorded
    ? 'Verdict: every claim came out as recorded.'
    : 'Verdict: a claim came out otherwise than recorded.';
  return `${told.join('')}\n${verdict}\nEngine ${engineVersion}, ${wall(wallMs)}, digest ${digest}\n`;
}

/** A paragraph in lines of at most 100 characters. */
function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > 100) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return `${[...lines, line].join('\n')}\n`;
}
