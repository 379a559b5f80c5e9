/** Names of runs where there is little room: what tells them apart. */

/** Shorter than this, in characters, what all names share is left as it is. */
const LONG_SHARED = 12;

/**
 * Names without the words that all of them begin with, and without long ones that all have in the same place after that:
 * those of a sweep differ only in the values of its settings.
 */
export function tellingNames(names: readonly string[]): string[] {
  const [first = ''] = names;
  let same = 0;
  while (same < first.length && names.every((name) => name[same] === first[same])) same++;
  // All of one name are told apart by their letters.
  if (names.length < 2 || names.every((name) => name === first)) return [...names];
  const start = first.lastIndexOf(' ', same - 1) + 1;
  const ends = withoutShared(names.map((name) => name.slice(start).split(' ')));
  return names.map((name, i) =>
    name.length <= start
      ? name
      : `${start < LONG_SHARED ? name.slice(0, start) : '… '}${ends[i]?.join(' ')}`,
  );
}

/** Words with an ellipsis for each long stretch that all have in the same place; as they are where their number differs. */
function withoutShared(names: readonly string[][]): string[][] {
  const [first = []] = names;
  if (names.some(({ length }) => length !== first.length)) return [...names];
  const isShared = first.map((word, at) => names.every((words) => words[at] === word));
  const kept: string[][] = names.map(() => []);
  for (let at = 0, end: number; at < first.length; at = end) {
    end = at + 1;
    while (end < first.length && isShared[end] === isShared[at]) end++;
    const isLong = isShared[at] && first.slice(at, end).join(' ').length >= LONG_SHARED;
    names.forEach((words, i) => kept[i]?.push(...(isLong ? ['…'] : words.slice(at, end))));
  }
  return kept;
}
