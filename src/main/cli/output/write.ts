/** Standard output: tables for people, or exactly one JSON document. */

export function print(text: string): void {
  process.stdout.write(text);
}

export function json(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A reader that goes away (`swaplab runs | head`) is no failure. */
export function tolerateClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
