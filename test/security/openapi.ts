export type Schema = { readonly [keyword: string]: unknown };

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface DeclaredResponse {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface DocumentedOperation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, DeclaredResponse>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Who may call: a scheme of the document. */
export type Scheme = 'customer' | 'upsell' | 'service' | 'admin';

export interface Operation {
  /** Such as `GET /health/live`. */
  readonly name: string;
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
  /** Any of them opens it; none: it is open to all. */
  readonly schemes: readonly Scheme[];
  readonly parameters: readonly Parameter[];
  /** The schema of a JSON body, without references; absent where it takes none. */
  readonly body?: Schema;
  /** The body's media type: JSON where it can be. */
  readonly mediaType?: string;
  readonly responses: Readonly<Record<string, DeclaredResponse>>;
}

/** The document as a running application gives it. */
export async function loadDocument(url: string): Promise<OpenApiDocument> {
  const response = await fetch(`${url}/openapi.json`);
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);
  return (await response.json()) as OpenApiDocument;
}

/** Every operation of the document, in its order. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => toOperation(document, path, method.toUpperCase(), operation)),
  );
}

function toOperation(
  document: OpenApiDocument,
  path: string,
  method: string,
  { security = [], parameters = [], requestBody, responses }: DocumentedOperation,
): Operation {
  const types = Object.keys(requestBody?.content ?? {});
  const mediaType = types.includes('application/json') ? 'application/json' : types[0];
  const schema = mediaType === undefined ? undefined : requestBody?.content[mediaType]?.schema;
  return {
    name: `${method} ${path}`,
    method,
    path,
    schemes: security.flatMap((one) => Object.keys(one)) as Scheme[],
    parameters,
    responses,
    ...(schema === undefined ? {} : { body: resolveSchema(document, schema) }),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

/** The schema with what it refers to in place of its references, and `allOf` of one as that one. */
export function resolveSchema(document: OpenApiDocument, schema: Schema): Schema {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.replace('#/components/schemas/', '');
    const found = document.components.schemas[name];
    if (!found) throw new Error(`the document refers to ${schema.$ref}, which it does not have`);
    return resolveSchema(document, found);
  }
  const { allOf, ...rest } = schema;
  const merged = Array.isArray(allOf) ? { ...mergeAll(document, allOf as Schema[]), ...rest } : rest;
  return mapValues(merged, (value, keyword) => resolveKeyword(document, keyword, value));
}

const mergeAll = (document: OpenApiDocument, schemas: readonly Schema[]): Schema =>
  Object.assign({}, ...schemas.map((schema) => resolveSchema(document, schema))) as Schema;

function resolveKeyword(document: OpenApiDocument, keyword: string, value: unknown): unknown {
  const isSchema = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (keyword === 'properties' && isSchema) {
    return mapValues(value as Schema, (property) => resolveSchema(document, property as Schema));
  }
  if ((keyword === 'items' || keyword === 'additionalProperties') && isSchema) {
    return resolveSchema(document, value as Schema);
  }
  if ((keyword === 'oneOf' || keyword === 'anyOf') && Array.isArray(value)) {
    return value.map((schema: Schema) => resolveSchema(document, schema));
  }
  return value;
}

const mapValues = (object: Schema, change: (value: unknown, key: string) => unknown): Schema =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
