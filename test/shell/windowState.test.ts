// The window comes back where it was, and never where nobody can reach it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWindowState, saveWindowState } from '../../src/main/windowState.ts';

const laptop = { x: 0, y: 0, width: 1440, height: 900 };
const monitor = { x: 1440, y: -200, width: 1920, height: 1080 };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swap-lab-window-'));
  file = join(folder, 'window.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const saved = (x: number, y: number) => ({
  bounds: { x, y, width: 1000, height: 700 },
  maximized: false,
});

describe('a saved window', () => {
  it('comes back as it was, and leaves no draft behind', () => {
    saveWindowState(file, { ...saved(100, 50), maximized: true });
    expect(loadWindowState(file, [laptop])).toEqual({ ...saved(100, 50), maximized: true });
    expect(readdirSync(folder)).toEqual(['window.json']);
  });

  it.each([
    ['on the second display', saved(1800, -150)],
    ['with 100 px left on the display', saved(1340, 0)],
    ['with its left half off the display', saved(-500, 100)],
  ])('%s keeps its place', (_where, state) => {
    saveWindowState(file, state);
    expect(loadWindowState(file, [laptop, monitor])).toEqual(state);
  });

  it.each([
    ['on a display that is gone', saved(1800, -150)],
    ['with 99 px left on the display', saved(1341, 0)],
    ['with its title above the display', saved(100, -1)],
    ['with its title at the very bottom', saved(100, 851)],
  ])('%s gets a new place', (_where, state) => {
    saveWindowState(file, state);
    expect(loadWindowState(file, [laptop])).toEqual({ maximized: false });
  });
});

it.each([
  ['missing', null],
  ['empty', ''],
  ['half written', '{"bounds":{"x":1'],
  ['no object', 'null'],
  ['without numbers', '{"bounds":{"x":"1","y":0,"width":10,"height":10}}'],
  ['without a size', '{"bounds":{"x":1,"y":0,"width":0,"height":10},"maximized":1}'],
])('a file that is %s counts as none', (_what, text) => {
  if (text !== null) writeFileSync(file, text);
  expect(loadWindowState(file, [laptop])).toEqual({ maximized: false });
});

it('a folder that cannot be written stops nobody', () => {
  expect(() => saveWindowState(join(folder, 'none', 'x.json'), saved(0, 0))).not.toThrow();
});
