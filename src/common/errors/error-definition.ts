import type { Language } from '../../config/index.js';

export interface ErrorDefinition {
  readonly status: number;
  readonly messages: Readonly<Record<Language, string>>;
}

export const define = <Definitions extends Record<string, ErrorDefinition>>(definitions: Definitions) => definitions;
