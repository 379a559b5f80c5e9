/** Ctrl-C and its kin as an `AbortSignal`, for commands that can be called off in the middle. */

/** Once: a second Ctrl-C ends the process at once, as it would without a handler. */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort());
  }
  return stop.signal;
}
