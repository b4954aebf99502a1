import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const rows = readFileSync(resolve(import.meta.dirname, 'README.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, requirement, , holds] = /^\| (\d[\d.]*) +\| (.*?) +\| (.*?) +\|$/.exec(line) ?? [];
    return requirement === undefined || holds === undefined ? [] : [{ requirement, holds }];
  });
/** How many requirements of level 1 each chapter has. */
const LEVEL_ONE = { 1: 8, 2: 4, 3: 8, 4: 2, 5: 4, 6: 13, 7: 6, 8: 4, 9: 4, 10: 5, 11: 3, 12: 3, 13: 1, 14: 2, 15: 3 };
const PATH = /`((?:test|src)\/[\w./-]+)`(?:: "([^"]+)")?/g;

describe('the table of ASVS', () => {
  it('has each requirement once, at least those of level 1', () => {
    expect(new Set(rows.map(({ requirement }) => requirement)).size).toBe(rows.length);
    for (const [chapter, count] of Object.entries(LEVEL_ONE)) {
      const ofChapter = rows.filter(({ requirement }) => requirement.startsWith(`${chapter}.`));
      expect({ chapter, isWhole: ofChapter.length >= count }).toEqual({ chapter, isWhole: true });
    }
  });

  it('names files that are there, and tests that are in them', () => {
    const named = rows.flatMap(({ requirement, holds }) =>
      [...holds.matchAll(PATH)].map(([, path = '', title]) => ({ requirement, path, title })),
    );
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter(({ path, title }) => {
      const file = resolve(ROOT, path);
      return !existsSync(file) || (title !== undefined && !readFileSync(file, 'utf8').includes(title));
    });
    expect(missing).toEqual([]);
  });

  it('gives a test, a file, a reason, or says that it is open', () => {
    const silent = rows.filter(({ holds }) => holds.trim().length < 15);
    expect(silent).toEqual([]);
  });
});
