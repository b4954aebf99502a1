import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';

export interface PageAsset {
  /** Value of `content-type`. */
  readonly type: string;
  readonly bytes: Buffer;
  readonly compressed: Buffer;
}

/** Where scripts and styles are served, without a leading slash. */
export const ASSETS_PATH = 'assets/upsell';

const FOLDER = join(import.meta.dirname, 'assets');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** In a page: the folders whose modules it preloads. */
const MODULES = /\{\{modules ([\w ]+)\}\}/;

/**
 * The files of the pages, read and compressed once. They are served under a version that is a digest over all of them, so
 * that a browser may keep them for ever and a page never runs with the script of another release.
 */
@Injectable()
export class PageAssets {
  /** Changes when any file does. */
  readonly version: string;
  private readonly assets: ReadonlyMap<string, PageAsset>;

  constructor() {
    const files = readFiles();
    const digest = createHash('sha256');
    for (const [path, text] of files) digest.update(`${path}\0${text}\0`);
    this.version = digest.digest('base64url').slice(0, 12);
    this.assets = new Map(
      files.map(([path, text]) => [path, toAsset(path, this.complete(path, withoutComments(text), files))]),
    );
  }

  /** @param path relative to the folder of the assets, such as `screens/offer.js` */
  find(path: string): PageAsset | undefined {
    return this.assets.get(path);
  }

  /** All of them, by path. */
  list(): ReadonlyMap<string, PageAsset> {
    return this.assets;
  }

  /** A page names the modules of its script beforehand: otherwise a browser finds them one import after the other. */
  private complete(path: string, text: string, files: Files): string {
    if (extname(path) !== '.html') return text;
    const base = `/${ASSETS_PATH}/${this.version}`;
    return text.replaceAll('{{assets}}', base).replace(MODULES, (_match, folders: string) =>
      files
        .filter(([file]) => folders.split(' ').some((folder) => file.startsWith(`${folder}/`)))
        .map(([file]) => `<link rel="modulepreload" href="${base}/${file}" />`)
        .join('\n    '),
    );
  }
}

type Files = readonly (readonly [path: string, text: string])[];

function readFiles(): Files {
  return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => [relative(FOLDER, file).split(sep).join('/'), readFileSync(file, 'utf8')] as const);
}

/** Comments of the styles and scripts: more than a third of what would be sent. Strings there contain none. */
const COMMENTS = /^[ \t]*\/\*[\s\S]*?\*\/\n|\/\*\* [^\n]*?\*\/ ?|^[ \t]*\/\/.*\n| \/\/ [^'"`\n]*$/gm;

const withoutComments = (text: string): string => text.replaceAll(COMMENTS, '');

function toAsset(path: string, text: string): PageAsset {
  const bytes = Buffer.from(text);
  return { type: TYPES[extname(path)]!, bytes, compressed: gzipSync(bytes, { level: 9 }) };
}
