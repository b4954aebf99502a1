import type { Rule } from '../wire/parameters.js';

export interface Call<Params> {
  /** The first `:id` of the address; empty where the address has none. */
  readonly id: string;
  /** What follows it in addresses of two objects. */
  readonly second: string;
  /** Of the body, or of the query where the method has no body. */
  readonly params: Params;
}

/** One endpoint of Dodo's API: its parameters and what it does. Runs synchronously, hence atomically. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As Dodo has it, without the sandbox's `/dodo`. */
  readonly path: string;
  readonly parameters: Rule<unknown>;
  /** Undefined is an empty answer with status 200. */
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
