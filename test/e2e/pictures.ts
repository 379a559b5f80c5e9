// Looks at a screen in both themes and in every size, with axe, and keeps what is to be seen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Theme } from './host.ts';
import type { Shell } from './shells.ts';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export const SIZES = { small: [1024, 700], usual: [1440, 900], large: [2560, 1440] } as const;

/** Everything that axe finds fault with, whatever its weight. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    interface Finding {
      id: string;
      nodes: { target: string[] }[];
    }
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: Finding[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  });
}

/** Nothing may stick out of the window: it scrolls inside its panels only. */
const sticksOut = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return scrollWidth > clientWidth || scrollHeight > clientHeight;
  });

/** Looks at the screen as it is in both themes and in every size that the shell can have. */
export async function pictures(shell: Shell, name: string): Promise<void> {
  // It shows the page that the desktop app shows.
  if (shell.name === 'packaged') return;
  for (const theme of ['light', 'dark'] as Theme[]) {
    await shell.host.setTheme(theme);
    expect(await findings(shell.page), `${name}, ${theme}`).toEqual([]);
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      // The desktop app cannot grow beyond the screen that the tests give it.
      if (size === 'large' && shell.name === 'electron') continue;
      await shell.host.setSize(width, height);
      expect(await sticksOut(shell.page), `${name} at ${width} x ${height}`).toBe(false);
      await shell.screenshot(`${name}-${theme}-${width}x${height}`);
    }
  }
  await shell.host.setTheme('light');
  await shell.host.setSize(...SIZES.usual);
}
