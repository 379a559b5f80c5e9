/** The settings of the compared runs as rows: those that differ, and on demand those that they share. */
import type { Comparison } from '../../main/lab/contract.ts';
import { matches } from '../runs/search.ts';

/** Without `values` the setting is the same in all runs. */
export interface SettingRow {
  path: string;
  values: string[] | null;
  shared: string;
}

/** As it is read; a dash where a run does not have the setting. */
export const showSetting = (value: unknown): string =>
  value === null || value === undefined
    ? '–'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

const byPath = new Intl.Collator('en', { numeric: true });

/** Those in whose path or values all words of the search occur; all of them in the order of their paths. */
export function settingRows(
  { settings, sharedSettings }: Pick<Comparison, 'settings' | 'sharedSettings'>,
  all: boolean,
  search: string,
): SettingRow[] {
  const differing = settings.map(({ path, values }) => ({
    path,
    values: values.map(showSetting),
    shared: '',
  }));
  const shared = sharedSettings.map(({ path, value }) => ({
    path,
    values: null,
    shared: showSetting(value),
  }));
  const rows = all
    ? [...differing, ...shared].sort((a, b) => byPath.compare(a.path, b.path))
    : differing;
  return rows.filter((row) =>
    matches(search, [row.path, row.shared, ...(row.values ?? [])].join(' ')),
  );
}
