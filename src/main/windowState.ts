// Remembers where the window was, in a small file of its own in the app's folder.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** `bounds` in device-independent pixels; undefined: wherever the system puts a new window. */
export interface WindowState {
  bounds?: Rectangle;
  maximized: boolean;
}

const NEW: WindowState = { maximized: false };

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const { x, y, width, height } = value as Partial<Rectangle>;
  return [x, y, width, height].every(Number.isInteger) && width! > 0 && height! > 0;
}

/** Enough of the window's top edge on some display that a person can take hold of it. */
function canBeReached(window: Rectangle, displays: readonly Rectangle[]): boolean {
  return displays.some(
    (display) =>
      Math.min(window.x + window.width, display.x + display.width) -
        Math.max(window.x, display.x) >=
        100 &&
      window.y >= display.y &&
      window.y <= display.y + display.height - 50,
  );
}

/** Reads the state; a missing, damaged or useless one (its display is gone) counts as none. */
export function loadWindowState(file: string, displays: readonly Rectangle[]): WindowState {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const usable = isRectangle(bounds) && canBeReached(bounds, displays);
    return { ...(usable && { bounds }), maximized: maximized === true };
  } catch {
    return NEW;
  }
}

/** Writes the state so that a crash leaves the old file or the new one, never half of one. */
export function saveWindowState(file: string, state: WindowState): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, JSON.stringify(state));
    renameSync(draft, file);
  } catch {
    // A folder that cannot be written costs the window's place, not the user's work.
  }
}
