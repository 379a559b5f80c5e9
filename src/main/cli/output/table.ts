/** Text in columns for a terminal, without colours, so that it reads the same in a file. */

export type Align = 'left' | 'right';

/**
 * Rows under a header, each column as wide as its widest cell. Columns are aligned to the left
 * unless `align` says otherwise.
 */
export function table(header: string[], rows: string[][], align: Align[] = []): string {
  const widths = header.map((title, column) =>
    Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] as number) - width(cell));
        return align[column] === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((w) => '-'.repeat(w)).join('  ');
  return [line(header), rule, ...rows.map(line)].map((text) => `${text}\n`).join('');
}

/** Names and values in two columns. */
export function facts(rows: [string, string][]): string {
  const widest = Math.max(...rows.map(([name]) => width(name)));
  return rows
    .map(([name, value]) => `${name}${' '.repeat(widest - width(name))}  ${value}`.trimEnd() + '\n')
    .join('');
}

/** Characters of a text; control characters would move the cursor, so that none may be left in it. */
const width = (text: string) => [...text].length;

/** Text of a user's for a terminal: what would steer the terminal is shown instead of obeyed. */
export const plain = (text: string) =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (c) => (c === '\n' || c === '\t' ? ' ' : '\uFFFD'));
