/** True when every word of the search occurs in the text, in any order and any case. */
export function matches(search: string, text: string): boolean {
  const haystack = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
