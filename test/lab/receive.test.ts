// Traces that a client drops on the window: checked, told by their first lines, kept under a free name.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openLab } from './support/lab.ts';

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const root = join(import.meta.dirname, '..', '..');

describe('a trace that is sent as a file', () => {
  it.each([
    ['lackey.log', ' L 1ffe000,8\n S 1fff008,8\n L 1ffe010,4\nI  04001000,3\n', 3],
    ['numbers.txt', '7\n8\n9\n8\n', 3],
    ['table.csv', 'page,write\n1,0\n2,1\n', 2],
    ['loads.txt', 'l 0x1fffff50 1\ns 0x2fffff58 1\n', 2],
  ])('is told by its first lines: %s', async (name, text, pages) => {
    const lab = openLab();
    const kept = await lab.importTrace(name, base64(text));
    expect(kept).toMatchObject({ pages, title: name.split('.')[0], builtIn: false });
    expect(await lab.listTraces()).toContainEqual(kept);
  });

  it('is unpacked, and kept beside another of its name', async () => {
    const lab = openLab();
    const first = await lab.importTrace('a.txt', base64('1\n2\n'));
    const second = await lab.importTrace('a.txt.gz', base64(gzipSync('1\n2\n3\n')));
    expect([first, second].map(({ file }) => basename(file))).toEqual(['a.swtrace', 'a-2.swtrace']);
    expect(second.pages).toBe(3);
  });

  it('is kept as it is where it is one of ours, and previewed at once', async () => {
    const lab = openLab();
    const bytes = readFileSync(join(root, 'resources/traces/sort.swtrace'));
    const kept = await lab.importTrace('mine.swtrace', base64(bytes));
    expect(readFileSync(kept.file)).toEqual(bytes);
    const scenario = {
      cgroups: { g: { workloads: [{ name: 't', trace: { file: kept.file } }] } },
    };
    const preview = await lab.previewWorkload({ id: '1', scenario, cgroup: '/g', workload: 't' });
    expect(preview.of).toBe(kept.accesses);
  });

  it.each([
    [
      'letter.txt',
      'Dear all,\nthis is no trace\nat all\n',
      /looks like no trace; accepted: a \.swtrace/,
    ],
    ['broken.swtrace', 'no header', /broken\.swtrace is no trace file/],
    ['../../up.txt', 'nothing here\n', /looks like no trace/],
  ])('is refused by its name, and leaves nothing: %s', async (name, text, message) => {
    const lab = openLab();
    await expect(lab.importTrace(name, base64(text))).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(join(lab.dataDir, 'traces'))).toEqual([]);
  });

  it('cannot leave the folder of the traces', async () => {
    const lab = openLab();
    const { file } = await lab.importTrace('../../etc/passwd.txt', base64('1\n2\n'));
    expect(file.startsWith(join(lab.dataDir, 'traces') + '/')).toBe(true);
  });
});

describe('what was saved', () => {
  it('is there in every version', async () => {
    const lab = openLab();
    const tiers = (size: string) =>
      ({ format: 2, tiers: { ssd: { kind: 'block', device: 'nvme', size } } }) as const;
    await lab.saveTierConfiguration('rack', tiers('1GiB'));
    await lab.saveTierConfiguration('rack', tiers('2GiB'));
    await lab.saveTierConfiguration('other', tiers('3GiB'));
    const versions = await lab.tierVersions('rack');
    expect(versions.map(({ version, value }) => [version, value.tiers['ssd']!.size])).toEqual([
      [2, '2GiB'],
      [1, '1GiB'],
    ]);
    expect(await lab.scenarioVersions('rack')).toEqual([]);
  });

  it('and machines come with the lab, each a whole one', async () => {
    const machines = await openLab().listMachines();
    expect(machines.map(({ id }) => id)).toEqual(['laptop', 'phone', 'server', 'small-vm']);
    for (const { value } of machines)
      expect(Object.keys(value)).toEqual(['machine', 'kernel', 'tiers']);
  });
});
