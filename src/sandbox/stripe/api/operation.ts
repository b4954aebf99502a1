import type { Rule } from '../wire/parameters.js';

export interface Call<Params> {
  /** The `:id` of the address; empty where the address has none. */
  readonly id: string;
  readonly params: Params;
}

/** One endpoint of `/v1`: its parameters and what it does. Runs synchronously, hence atomically. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly parameters: Rule<unknown>;
  run(call: Call<never>): unknown;
}

export interface OperationSource {
  operations(): Operation[];
}

export const operation = <Params>(
  method: Operation['method'],
  path: string,
  parameters: Rule<Params>,
  run: (call: Call<Params>) => unknown,
): Operation => ({ method, path, parameters, run });
