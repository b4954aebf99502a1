import type { Credential } from './openapi-credentials.js';
import { kindOf, type Pools } from './openapi-pools.js';
import type { Sent } from './openapi-request.js';
import type { Operation, Parameter } from './openapi.js';

/** How many things of a kind are asked for. */
const MOST = 3;

/** Requests for things that there are, to one operation; the body, where there must be one, is empty. */
export function readingRequests(operation: Operation, { headers }: Credential, pools: Pools): Sent[] {
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
  const count = Math.max(1, ...inPath.map((parameter) => valuesOf(operation, parameter, pools).length));
  return Array.from({ length: Math.min(count, MOST) }, (_, index) => ({
    method: operation.method,
    path: inPath.reduce((path, parameter) => {
      const values = valuesOf(operation, parameter, pools);
      return path.replace(`{${parameter.name}}`, encodeURIComponent(values[index % values.length] ?? ''));
    }, operation.path),
    headers: { ...headers, ...(operation.body ? { 'content-type': 'application/json' } : {}) },
    ...(operation.body ? { body: '{}' } : {}),
  }));
}

function valuesOf(operation: Operation, { name, schema }: Parameter, pools: Pools): readonly string[] {
  const known = pools[kindOf(operation, name) ?? ''] ?? [];
  return known.length > 0 ? known : [String(schema.example ?? '1')];
}
