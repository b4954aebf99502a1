import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { load } from 'js-yaml';

const FILE = 'dodo-openapi-1.86.0.yml';

/** The folder of the providers' published API descriptions; they are not ours to publish, so they lie beside the checkout. */
const folder = (): string => process.env['PROVIDER_SPECS'] ?? resolve(process.cwd(), '../shared/specs');

/** Where Dodo's OpenAPI file lies, or undefined where this machine has none. */
export function findDodoOpenApi(): string | undefined {
  const path = join(folder(), FILE);
  return existsSync(path) ? path : undefined;
}

interface MediaContent {
  readonly content?: { readonly 'application/json'?: { readonly schema?: object } };
}

interface Operation {
  readonly requestBody?: MediaContent;
  readonly responses: Readonly<Record<string, MediaContent>>;
}

type PathItem = Readonly<Record<string, Operation>>;

interface Document {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly webhooks: Readonly<Record<string, { readonly post: { readonly requestBody: MediaContent } }>>;
}

/** `validated`: against a schema; `unknown`: the file, which is older than the SDK, does not describe it. */
export type Finding = { readonly state: 'validated' | 'unknown' } | { readonly state: 'wrong'; readonly why: string };

const UNKNOWN: Finding = { state: 'unknown' };
const CONTENT = ['requestBody', 'content', 'application/json', 'schema'];

/**
 * Dodo's published description as a judge. Fields that it lacks are allowed (the SDK's types are newer), fields that it
 * has must be there and of the right form.
 */
export class DodoOpenApi {
  private readonly document: Document;
  private readonly ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly paths: readonly { readonly template: string; readonly pattern: RegExp }[];

  constructor(path: string) {
    this.document = load(readFileSync(path, 'utf8')) as Document;
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'dodo', ...this.document });
    // A path without parameters wins over one that has them.
    this.paths = Object.keys(this.document.paths)
      .toSorted((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`) }));
  }

  /** @param path of the API, without the base address */
  checkResponse(method: string, path: string, status: number, body: unknown): Finding {
    const template = this.paths.find(({ pattern }) => pattern.test(path))?.template;
    if (template === undefined) return UNKNOWN;
    const verb = method.toLowerCase();
    const response = this.document.paths[template]![verb]?.responses[status];
    if (!response?.content?.['application/json']?.schema) return UNKNOWN;
    return this.validate(
      ['paths', template, verb, 'responses', String(status), 'content', 'application/json', 'schema'],
      body,
    );
  }

  checkWebhook(type: string, body: unknown): Finding {
    if (!this.document.webhooks[type]) return UNKNOWN;
    return this.validate(['webhooks', type, 'post', ...CONTENT], body);
  }

  private validate(pointer: readonly string[], value: unknown): Finding {
    const reference = `dodo#/${pointer.map(escapePart).join('/')}`;
    let check = this.compiled.get(reference);
    if (!check) {
      check = this.ajv.compile({ $ref: reference });
      this.compiled.set(reference, check);
    }
    if (check(value)) return { state: 'validated' };
    return { state: 'wrong', why: this.ajv.errorsText(check.errors, { dataVar: 'body' }) };
  }
}

/** A part of a JSON pointer inside the fragment of an address. */
const escapePart = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
