// The app's own command line, among the switches of Chromium's that reach it too.
import { expect, it } from 'vitest';
import { filesOf, parseOptions } from '../../src/main/options.ts';

it.each([
  ['nothing', [], {}],
  ["Chromium's switches and the app's path", ['--no-sandbox', '--user-data-dir=/d', '.'], {}],
  ['a relative path', ['.', '--db', 'runs.db'], { database: '/home/runs.db' }],
  ['an absolute path', ['--db=/data/runs.db'], { database: '/data/runs.db' }],
])('%s', (_what, args, options) => {
  expect(parseOptions(args, '/home')).toEqual(options);
});

it.each([[['--db']], [['--db=']]])('%j says what it needs', (args) => {
  expect(() => parseOptions(args, '/home')).toThrow('--db needs the path of a database file');
});

it('files to open are told from other arguments by their endings', () => {
  const args = ['.', '--db', 'x.db', 'a b.swscenario', '--flag', '/r/1.SWRUN', 'x.json', 'y.txt'];
  expect(filesOf(args, '/home')).toEqual(['/home/a b.swscenario', '/r/1.SWRUN', '/home/x.json']);
  expect(filesOf(['--db'], '/home')).toEqual([]);
});
