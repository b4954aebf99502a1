import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleOrder, project } from './cruise.js';
import { sourceFiles, type SourceFile } from './source-files.js';

interface TextRule {
  readonly rule: string;
  readonly forbidden: RegExp;
  readonly within: (path: string) => boolean;
  /** A file that breaks the rule: proof that the rule can fail. */
  readonly planted: SourceFile;
}

const inDomain = (path: string) => /^src\/[^/]+\/domain\//.test(path);
const inPlace =
  (...places: RegExp[]) =>
  (path: string) =>
    !places.some((place) => place.test(path));

const textRules: TextRule[] = [
  {
    rule: 'time and randomness come into domain/ as data',
    forbidden: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/,
    within: inDomain,
    planted: { path: 'src/catalog/domain/price.ts', text: 'const now = new Date();' },
  },
  {
    rule: 'SQL is run in persistence/, the kernel and migrations alone',
    forbidden: /\.query\s*(<[^(]*>)?\(\s*[`'"]|\b(createQueryBuilder|getRepository)\(/,
    within: inPlace(/\/persistence\//, /^src\/(common|local|sandbox)\//, /^migrations\//),
    planted: { path: 'src/catalog/catalog.service.ts', text: 'await tx.query<Row>(`SELECT 1`)' },
  },
  {
    rule: 'variables are read by the configuration alone',
    forbidden: /process\.env/,
    within: inPlace(/^src\/(main|data-source)\.ts$/, /^src\/local\//, /^src\/sandbox\//),
    planted: { path: 'src/catalog/catalog.service.ts', text: 'const port = process.env.PORT;' },
  },
  {
    rule: 'nothing is printed past the logger',
    forbidden: /\bconsole\./,
    within: inPlace(/^src\/main\.ts$/, /^src\/local\//, /^src\/sandbox\//),
    planted: { path: 'src/catalog/catalog.service.ts', text: "console.log('here')" },
  },
  {
    rule: 'nobody but the configuration, the adapters and what is told to them decides by a provider’s name',
    forbidden: /(===|!==|==|!=|\bcase)\s*['"`](stripe|dodo)['"`]|['"`](stripe|dodo)['"`]\s*(===|!==)/,
    within: inPlace(/^src\/(config|billing-providers|local|sandbox)\//),
    planted: { path: 'src/upsell/accept.service.ts', text: "if (provider === 'dodo') return;" },
  },
  {
    rule: 'the schema is never synchronised',
    forbidden: /synchronize: true|migrationsRun: true|\.synchronize\(/,
    within: () => true,
    planted: { path: 'src/data-source-options.ts', text: 'synchronize: true,' },
  },
];

const breaks = ({ forbidden, within }: TextRule, { path, text }: SourceFile) => within(path) && forbidden.test(text);

describe('the source', () => {
  describe.each(textRules)('$rule', (textRule) => {
    it('holds', () => {
      expect(sourceFiles.filter((file) => breaks(textRule, file)).map(({ path }) => path)).toEqual([]);
    });

    it('can fail', () => {
      expect(breaks(textRule, textRule.planted)).toBe(true);
    });
  });

  it('has a main of under 40 lines', () => {
    const main = sourceFiles.find(({ path }) => path === 'src/main.ts');
    expect(main?.text.trim().split('\n').length).toBeLessThan(40);
  });

  it('has files of at most 300 lines', () => {
    const long = sourceFiles.filter(({ text }) => text.split('\n').length > 301);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe('the folders of src/', () => {
  const folders = readdirSync(join(project, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const modules = folders.filter((name) => !['config', 'common', 'local', 'sandbox'].includes(name));

  it('are all known to the rules of imports', () => {
    expect(folders.filter((name) => ![...moduleOrder, 'local', 'sandbox'].includes(name))).toEqual([]);
  });

  it.each(folders)('%s says in its README what it owns', (name) => {
    expect(existsSync(join(project, 'src', name, 'README.md'))).toBe(true);
  });

  it.each(modules)('%s has one door and one Nest module', (name) => {
    expect(existsSync(join(project, 'src', name, 'index.ts'))).toBe(true);
    expect(existsSync(join(project, 'src', name, `${name}.module.ts`))).toBe(true);
  });
});
