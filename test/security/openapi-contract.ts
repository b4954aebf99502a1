import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { resolveSchema, type DeclaredResponse, type OpenApiDocument, type Operation, type Schema } from './openapi.js';
import type { Received } from './openapi-request.js';

const PROBLEM: DeclaredResponse = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
};
/** Answered before it is known what was asked for: a request that never ends, headers that are too long. */
const BEFORE_ANY_OPERATION: Readonly<Record<number, DeclaredResponse>> = { 408: PROBLEM, 431: PROBLEM };

/** Says what an answer has that the document does not declare for its operation: a field more is a finding too. */
export class Contract {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenApiDocument) {
    addFormats.default(this.ajv);
  }

  /** @returns a finding a line; none when the answer is as declared */
  check(operation: Operation, { status, headers, text }: Received): string[] {
    const declared = operation.responses[String(status)] ?? BEFORE_ANY_OPERATION[status];
    if (!declared) return [`status ${status} is not declared: ${text.slice(0, 300)}`];
    const missing = Object.entries(declared.headers ?? {})
      .filter(([name, { required }]) => required && headers[name.toLowerCase()] === undefined)
      .map(([name]) => `header ${name} is missing`);
    if (operation.method === 'HEAD') return missing;
    return [...missing, ...this.checkBody(operation, status, declared, headers['content-type'], text)];
  }

  private checkBody(
    operation: Operation,
    status: number,
    { content = {} }: DeclaredResponse,
    type: string | undefined,
    text: string,
  ): string[] {
    if (Object.keys(content).length === 0) return text === '' ? [] : [`a body that is not declared: ${text}`];
    const mediaType = type?.split(';')[0]?.trim() ?? '';
    const schema = content[mediaType]?.schema;
    if (!schema) return [`content type ${type} is not declared for ${status}`];
    if (!mediaType.endsWith('json')) return [];
    const value = parse(text);
    if (value === undefined) return [`not JSON: ${text.slice(0, 300)}`];
    const check = this.compile(`${operation.name} ${status} ${mediaType}`, schema);
    if (check(value)) return [];
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `body${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private compile(key: string, schema: Schema): ValidateFunction {
    const known = this.compiled.get(key);
    if (known) return known;
    const check = this.ajv.compile(toStrict(resolveSchema(this.document, schema)));
    this.compiled.set(key, check);
    return check;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As JSON Schema: `nullable` means null too, also of an enumeration, and objects have no fields but their own. */
function toStrict(schema: Schema): Schema {
  const { nullable, properties, items, additionalProperties, oneOf, ...rest } = schema as Record<string, never>;
  const strict: Schema = {
    ...rest,
    ...(properties ? { properties: mapSchemas(properties), additionalProperties: false } : {}),
    ...(items ? { items: toStrict(items) } : {}),
    ...(oneOf ? { anyOf: (oneOf as Schema[]).map(toStrict) } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: toStrictRest(additionalProperties) }),
  };
  return nullable ? { anyOf: [strict, { type: 'null' }] } : strict;
}

const toStrictRest = (rest: unknown): unknown =>
  typeof rest === 'object' && rest !== null ? toStrict(rest as Schema) : rest;

const mapSchemas = (properties: Schema): Schema =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, toStrict(schema as Schema)]));
