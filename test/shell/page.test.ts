// Both hosts hand out the files of the built page, and not one file more.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFile } from '../../src/main/page/files.ts';
import { pageHeaders } from '../../src/main/page/headers.ts';

let base: string;
let page: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'swap-lab-page-'));
  page = join(base, 'renderer');
  mkdirSync(join(page, 'assets'), { recursive: true });
  mkdirSync(join(base, 'renderer-other'));
  writeFileSync(join(page, 'index.html'), '<title>page</title>');
  writeFileSync(join(page, 'assets', 'a b.js'), 'code');
  writeFileSync(join(page, 'notes.txt'), 'no such kind of file in the page');
  writeFileSync(join(base, 'secret.json'), '{}');
  writeFileSync(join(base, 'renderer-other', 'index.html'), 'another folder');
});
afterAll(() => rmSync(base, { recursive: true }));

const read = async (path: string) => {
  const file = await readPageFile(path, page);
  return file && { text: Buffer.from(file.body).toString(), mediaType: file.mediaType };
};

describe('the page', () => {
  it.each(['/', '/index.html'])('%s is its index', async (path) => {
    expect(await read(path)).toEqual({
      text: '<title>page</title>',
      mediaType: 'text/html; charset=utf-8',
    });
  });

  it('has its assets by their encoded names', async () => {
    expect(await read('/assets/a%20b.js')).toEqual({
      text: 'code',
      mediaType: 'text/javascript; charset=utf-8',
    });
  });

  it.each([
    '/none.js',
    '/assets',
    '/notes.txt',
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/..%2f..%2fsecret.json',
    '/..%2frenderer-other/index.html',
    '/index.html%00.js',
    '/%ff.html',
    '//etc/hostname.json',
  ])('%s is no file of it', async (path) => {
    expect(await read(path)).toBeNull();
  });
});

it('the content policy allows nothing that it does not name, and no unsafe source', () => {
  const policy = pageHeaders['Content-Security-Policy'];
  expect(policy.split('; ')).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
});
