import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findViolations, project, ruleNames, type Violation } from './cruise.js';

const fixtures = join(import.meta.dirname, 'fixtures');

/** Each fixture says in its first line which rule it breaks, or that it is allowed. */
const planted = readdirSync(join(fixtures, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const [firstLine = ''] = readFileSync(path, 'utf8').split('\n');
    return { file: path.slice(fixtures.length + 1), firstLine, rule: /^\/\/ violates: (\S+)$/.exec(firstLine)?.[1] };
  });

describe('the rules of imports', () => {
  it('hold in the source', async () => {
    expect(await findViolations(project, ['src', 'migrations'])).toEqual([]);
  });

  describe('can fail', () => {
    let found: Violation[];

    beforeAll(async () => {
      found = await findViolations(fixtures, ['src']);
    });

    it.each(ruleNames)('%s has a planted violation', (name) => {
      expect(planted.map(({ rule }) => rule)).toContain(name);
    });

    it.each(planted.filter(({ rule }) => rule))('$rule notices $file', ({ file, rule }) => {
      expect(found.filter(({ from }) => from === file).map((violation) => violation.rule)).toContain(rule);
    });

    it.each(planted.filter(({ rule }) => !rule))('$file is allowed', ({ file, firstLine }) => {
      expect(firstLine).toMatch(/^\/\/ allowed/);
      expect(found.filter(({ from }) => from === file)).toEqual([]);
    });
  });
});
