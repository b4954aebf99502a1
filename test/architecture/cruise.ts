import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type IConfiguration, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractTypeScriptConfig from 'dependency-cruiser/config-utl/extract-ts-config';

interface Rules {
  readonly default: {
    readonly forbidden: readonly { readonly name: string }[];
    readonly options: ICruiseOptions & { readonly tsConfig: { readonly fileName: string } };
  };
  readonly MODULE_ORDER: readonly string[];
}

export const project = resolve(import.meta.dirname, '../..');

const rules = (await import(pathToFileURL(resolve(project, '.dependency-cruiser.mjs')).href)) as Rules;
const { forbidden, options } = rules.default;

export const ruleNames = forbidden.map(({ name }) => name);
export const moduleOrder = rules.MODULE_ORDER;

export interface Violation {
  readonly rule: string;
  /** Path from the root of what was examined, such as `src/catalog/index.ts`. */
  readonly from: string;
  readonly to: string;
}

/** Runs the rules of `.dependency-cruiser.mjs` over `folders` of `root`. */
export async function findViolations(root: string, folders: string[]): Promise<Violation[]> {
  const { enhancedResolveOptions, tsConfig, ...cruiseOptions } = options;
  const { output } = await cruise(
    folders,
    { ...cruiseOptions, baseDir: root, ruleSet: { forbidden } as IConfiguration, validate: true },
    enhancedResolveOptions,
    { tsConfig: extractTypeScriptConfig(resolve(project, tsConfig.fileName)) },
  );
  return (output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}
