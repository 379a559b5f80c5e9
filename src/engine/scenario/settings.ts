/** Reads and changes single settings of a scenario by path, as `--set path=value` does. */
import type { ScenarioInput } from './schema.ts';

/** `a.b[0].c` as keys; undefined when it is no path. No list is long enough for an index above 99999. */
export function parsePath(path: string): (string | number)[] | undefined {
  const keys: (string | number)[] = [];
  const pattern = /(?:^|(?!^)\.)([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,5})\]/gy;
  let end = 0;
  for (let m = pattern.exec(path); m; m = pattern.exec(path)) {
    keys.push(m[1] ?? Number(m[2]));
    end = pattern.lastIndex;
  }
  return end === path.length && keys.length > 0 ? keys : undefined;
}

/** A value as written on a command line: JSON where it is JSON, otherwise the text itself. */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A copy of the scenario with one setting changed; `undefined` takes the setting out. */
export function withSetting<T extends ScenarioInput | Record<string, unknown>>(
  scenario: T,
  path: readonly (string | number)[],
  value: unknown,
): T {
  const [key, ...rest] = path;
  if (key === undefined) return value as T;
  const source = (scenario ?? {}) as Record<string | number, unknown>;
  const copy = (Array.isArray(source) ? [...(source as unknown[])] : { ...source }) as Record<
    string | number,
    unknown
  >;
  if (rest.length > 0) {
    const child = source[key];
    const container =
      child !== null && typeof child === 'object' ? child : typeof rest[0] === 'number' ? [] : {};
    copy[key] = withSetting(container as Record<string, unknown>, rest, value);
  } else if (value === undefined) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = value;
  return copy as T;
}

/** Every leaf of a value by its path, in the order in which it stands. */
export function flatten(value: unknown, prefix = ''): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node) && node.length > 0)
      node.forEach((child, i) => walk(child, `${path}[${i}]`));
    else if (node !== null && typeof node === 'object' && Object.keys(node).length > 0) {
      for (const [key, child] of Object.entries(node))
        walk(child, path === '' ? key : `${path}.${key}`);
    } else leaves.set(path, node);
  };
  walk(value, prefix);
  return leaves;
}
