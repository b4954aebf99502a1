import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { project } from './cruise.js';

export interface SourceFile {
  /** From the project's root, such as `src/catalog/index.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript of src/ and migrations/ without its tests. */
export const sourceFiles: readonly SourceFile[] = ['src', 'migrations']
  .flatMap((folder) => readdirSync(join(project, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path: relative(project, path), text: readFileSync(path, 'utf8') }));
