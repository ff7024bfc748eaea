import { describe, expect, test } from '@jest/globals';
import { sources, withoutComments } from './sources.js';

const PRODUCT = ['src', 'config', 'migrations', 'tenants', 'scripts'];

const LINES_MAX = 300;

/** Files that are longer, each with the reason why splitting would make it worse. */
const LONGER: Readonly<Record<string, string>> = {};

describe('files of the product', () => {
  test(`have at most ${LINES_MAX} lines, or a reason in the list above`, () => {
    const long = sources(PRODUCT, ['.ts', '.mjs'])
      .filter(({ text }) => text.split('\n').length - 1 > LINES_MAX)
      .map(({ path }) => path);
    expect(long.toSorted()).toEqual(Object.keys(LONGER).toSorted());
  });

  test('write to the log and never to the console', () => {
    const loud = sources(['src', 'config', 'migrations', 'tenants'], ['.ts'])
      .filter(({ text }) => /\bconsole\./.test(withoutComments(text)))
      .map(({ path }) => path);
    expect(loud).toEqual([]);
  });
});

describe('text of the project', () => {
  /** Put together here, so that this file does not find itself. */
  const OF_ONE_MACHINE = new RegExp(
    `(?<![\\w.$}])/(?:${['work', 'tmp', 'home', 'root', 'Users'].join('|')})/[\\w.-]`,
  );

  /** Places where such a path is meant, each with the reason. */
  const MEANT: Readonly<Record<string, string>> = {
    'test/tenancy/hostile-': 'what a hostile session tries to read or write on the server',
  };

  test('names no folder of somebody’s machine', () => {
    const endings = ['.ts', '.mjs', '.json', '.md', '.yml', '.yaml', 'run'];
    const lines = sources(['.', '.ci'], endings)
      .filter(({ path }) => !Object.keys(MEANT).some((place) => path.startsWith(place)))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .filter((line) => OF_ONE_MACHINE.test(line))
          .map((line) => `${path}: ${line.trim().slice(0, 120)}`),
      );
    expect(lines).toEqual([]);
  });
});
