/** What is computed from a column is kept for as long as the column is. */
const kept = new WeakMap<Float64Array, Map<string, unknown>>();

/** `what` names the computation and all that goes into it beside the column. */
export function keep<Value>(column: Float64Array, what: string, compute: () => Value): Value {
  const known = kept.get(column) ?? new Map<string, unknown>();
  kept.set(column, known);
  if (!known.has(what)) known.set(what, compute());
  return known.get(what) as Value;
}
