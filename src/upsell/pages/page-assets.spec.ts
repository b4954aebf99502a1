import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PageAssets } from './page-assets.js';

const LANGUAGES = ['en', 'pt-br', 'vi'];
const LIMIT_BYTES = 30 * 1024;

const assets = new PageAssets();
const scripts = [...assets.list()].filter(([path]) => path.endsWith('.js'));

/** Keys with the kind of what stands there: `offer.parts: function of 3`. */
function shapeOf(value: unknown, path = ''): string[] {
  if (typeof value === 'function') return [`${path}: function of ${value.length}`];
  if (typeof value === 'string') return value === '' ? [`${path}: empty`] : [`${path}: text`];
  return Object.entries(value as object).flatMap(([key, part]) => shapeOf(part, `${path}.${key}`));
}

const textsOf = async (language: string): Promise<object> => {
  const { texts } = (await import(join(import.meta.dirname, 'assets', 'texts', `${language}.js`))) as { texts: object };
  return texts;
};

describe('the script of the pages', () => {
  it('is small, even with every language in it', () => {
    const size = scripts.reduce((sum, [, { compressed }]) => sum + compressed.length, 0);
    expect(size).toBeLessThan(LIMIT_BYTES);
  });

  it('is sent without its comments', () => {
    const commented = [...assets.list()].filter(([, { bytes }]) => /\/\*|\*\/|^\s*\/\//m.test(bytes.toString()));
    expect(commented.map(([path]) => path)).toEqual([]);
  });

  it.each(['upsell.html', 'thank-you.html'])('is named wholly by %s, and is there', (page) => {
    const html = assets.find(page)?.bytes.toString() ?? '';
    expect(html).not.toContain('{{');
    const named = [...html.matchAll(/(?:src|href)="\/assets\/upsell\/([^/]+)\/([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(([, version, path]) => version !== assets.version || !assets.find(path ?? ''))).toEqual([]);
  });

  it('has nothing inline in its pages', () => {
    for (const page of ['upsell.html', 'thank-you.html']) {
      const html = assets.find(page)?.bytes.toString() ?? '';
      expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
    }
  });
});

describe('the texts', () => {
  it.each(LANGUAGES)('of %s are as complete as the English ones', async (language) => {
    const shape = shapeOf(await textsOf(language));
    expect(shape).toEqual(shapeOf(await textsOf('en')));
    expect(shape.filter((line) => line.endsWith(': empty'))).toEqual([]);
  });

  it('are in no language those of another', async () => {
    const [english, ...others] = await Promise.all(LANGUAGES.map(textsOf));
    for (const other of others) expect(JSON.stringify(other)).not.toBe(JSON.stringify(english));
  });
});
