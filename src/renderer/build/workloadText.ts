/** A workload in one line, as it stands in a draft that may still be wrong. */
import { sizeText, timeText } from './figureText.ts';
import { isRecord, ROOT, valueAt, type FieldSchema } from './formSchema.ts';

const patterns: FieldSchema[] =
  (valueAt(ROOT, [
    '$defs',
    'cgroup',
    'properties',
    'workloads',
    'items',
    'properties',
    'pattern',
    'oneOf',
  ]) as FieldSchema[] | undefined) ?? [];

const PERCENT = new Set(['hot', 'hotAccesses', 'workingSet', 'shift', 'scan']);

function patternText(pattern: Record<string, unknown>): string {
  const known = patterns.find((each) => each.properties?.['kind']?.const === pattern['kind']);
  const figures = Object.entries(pattern)
    .filter(([key, value]) => key !== 'kind' && typeof value === 'number')
    .map(([key, value]) => `${String(value)}${PERCENT.has(key) ? ' %' : ''}`);
  return [known?.title ?? String(pattern['kind']), ...figures].join(' ');
}

export function describeWorkload(workload: unknown): string {
  if (!isRecord(workload)) return '';
  const parts: string[] = [];
  const { trace, pattern, pages, threads, accesses, thinkTime } = workload;
  if (isRecord(trace)) parts.push(`replays ${fileName(trace['file'])}`);
  if (isRecord(trace) && Number(trace['repeat'] ?? 1) > 1)
    parts.push(`${Number(trace['repeat']).toLocaleString('en')} times`);
  if (isRecord(pattern)) parts.push(patternText(pattern));
  if (pages !== undefined)
    parts.push(typeof pages === 'number' ? `${pages.toLocaleString('en')} pages` : sizeText(pages));
  if (threads !== undefined && threads !== 1) parts.push(`${String(threads)} threads`);
  if (thinkTime !== undefined && thinkTime !== 0) parts.push(`think ${timeText(thinkTime)}`);
  if (typeof accesses === 'number') parts.push(`${accesses.toLocaleString('en')} accesses`);
  return parts.join(' · ');
}

const fileName = (file: unknown): string =>
  String(file ?? '')
    .split(/[\\/]/)
    .at(-1) || 'no file yet';
