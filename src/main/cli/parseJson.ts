/** Parses JSON and says by line and column where it breaks off, which V8 does only for some mistakes. */

const complaint = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const UNEXPECTED = /^Unexpected token '(.)'/su;

/** The value, or one line about what is wrong. */
export function parseJson(text: string): { value: unknown } | { wrong: string } {
  const message = complaint(text);
  if (message === undefined) return { value: JSON.parse(text) as unknown };
  const token = UNEXPECTED.exec(message);
  if (!token) return { wrong: message.split('\n', 1)[0] as string };
  // Every shorter text that still holds the token has the same complaint, every other one another.
  let short = 0;
  let long = text.length;
  while (long - short > 1) {
    const middle = (short + long) >>> 1;
    if (UNEXPECTED.test(complaint(text.slice(0, middle)) ?? '')) long = middle;
    else short = middle;
  }
  const lines = text.slice(0, long).split('\n');
  const column = (lines.at(-1) as string).length;
  return {
    wrong: `Unexpected ${JSON.stringify(token[1])} (line ${lines.length} column ${column})`,
  };
}
