import type { Json } from './openapi-values.js';
import type { Operation } from './openapi.js';

/** A body that was taken, and by what. */
export interface SaidBody {
  readonly method: string;
  readonly path: string;
  readonly body: Json;
}

/** Bodies that the operation has taken. */
export function saidTo({ method, path }: Operation, said: readonly SaidBody[]): Json[] {
  const pattern = new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
  return said.filter((one) => one.method === method && pattern.test(one.path)).map(({ body }) => body);
}
