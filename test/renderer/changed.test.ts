import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { changeAt, changesIn, changesInWords } from '../../src/renderer/build/changed.ts';
import { start } from './fixture/app.ts';

const titles = (changes: ReturnType<typeof changesIn>) =>
  changes.map(({ title, value, byDefault }) => [title, value, byDefault]);

describe('settings that differ from their defaults', () => {
  it('are those that say something else, however it is written', () => {
    const scenario = {
      kernel: { swappiness: 60, pageCluster: 0, zswap: { enabled: true, maxPoolPercent: 20 } },
      run: { sampleEvery: '0.1s' },
    };
    expect(titles(changesIn(['kernel'], scenario, ['zswap']))).toEqual([
      ['vm.page-cluster', '0', '3'],
    ]);
    expect(titles(changesIn(['kernel', 'zswap'], scenario))).toEqual([['zswap', 'on', 'off']]);
    expect(changesIn(['run'], scenario)).toEqual([]);
  });

  it('are told beside the figure of the preset that they replace', () => {
    const ssd = { kind: 'block', device: 'sata-ssd', size: '1GiB', readP50: '1ms' } as const;
    // A SATA SSD reads 4 KiB in 105 µs by its preset; what has to be given has no default.
    expect(titles(changesIn(['tiers', 'ssd'], { tiers: { ssd } }))).toEqual([
      ['Read, median', '1ms', '105 µs'],
    ]);
  });

  it('are told in words where nothing written means no single value', () => {
    const memory = { max: '64MiB', swap: { tiers: ['ssd', 'hdd'] } };
    const scenario = { cgroups: { web: { memory } }, run: { duration: '5s' } };
    expect(titles(changesIn(['cgroups', 'web', 'memory'], scenario))).toEqual([
      ['memory.max', '64MiB', 'max'],
      ['Allowed tiers', 'ssd, hdd', 'all that its parent may use'],
    ]);
    expect(changeAt(['run', 'duration'], scenario)?.byDefault).toBe('until all have ended');
  });

  it('are counted from the thirteenth on', () => {
    const change = { path: ['x'], title: 'X', value: '1', byDefault: '2' };
    const { summary, lines } = changesInWords(Array.from({ length: 14 }, () => change));
    expect(summary).toBe('14 settings differ from their defaults');
    expect(lines).toHaveLength(13);
    expect(lines.at(-1)).toBe('and 2 more');
  });
});

describe('the mark on a part', () => {
  it('says what differs, and goes with the difference', async () => {
    const { app } = await start();
    const section = within(screen.getByRole('region', { name: /Machine and tiers/ }));
    const kernel = () => section.getByRole('button', { name: /swappiness/ });
    const said = () => {
      const id = kernel().getAttribute('aria-describedby') ?? '';
      return document.getElementById(id)?.textContent;
    };
    expect(said()).toBe('');
    app.draft.set(['kernel', 'swappiness'], 100);
    await expect
      .poll(said)
      .toBe('1 setting differs from its default: vm.swappiness: 100, by default 60');
    expect(kernel().querySelector('.mark')?.textContent).toBe('1');
    app.draft.set(['kernel', 'swappiness'], undefined);
    await expect.poll(said).toBe('');
    expect(kernel().querySelector('.mark')).toBeNull();
  });

  it('stands on a group for its limits', async () => {
    await start();
    const section = within(screen.getByRole('region', { name: /Control groups/ }));
    const [group] = section.getAllByRole('button', { name: 'web' });
    const id = group?.getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(id)?.textContent).toMatch(/memory\.max: 32MiB, by default max/);
  });
});
