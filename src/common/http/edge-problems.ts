import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/index.js';
import { documentProblems, type DocumentedProblems } from './api-problems.js';
import { RAW_BODY } from './raw-body-route.decorator.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
const WITH_BODY: readonly string[] = ['put', 'post', 'patch', 'delete'];

/**
 * Adds to every operation what it answers before its controller is asked: a URL or body that cannot be read, a body too large
 * or of another type, a card number, a database that does not answer. What an operation says about such a status itself stays, first.
 */
export function declareEdgeProblems(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) declare(operation, edgeCodes(operation, method));
    }
  }
}

function edgeCodes(operation: Operation, method: string): ErrorCode[] {
  const { parameters = [], security = [] } = operation;
  const isRaw = RAW_BODY in operation;
  const takesBody = WITH_BODY.includes(method);
  const isNamed = parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
  return [
    ...(isNamed || (takesBody && !isRaw) ? (['malformed_request'] as const) : []),
    ...(takesBody ? (['payload_too_large'] as const) : []),
    ...(takesBody && !isRaw ? (['unsupported_media_type'] as const) : []),
    ...(security.length > 0 ? (['card_number_refused', 'service_unavailable'] as const) : []),
  ];
}

function declare({ responses }: Operation, codes: readonly ErrorCode[]): void {
  for (const [status, problems] of Object.entries(documentProblems(codes))) {
    const own = responses[status] as DocumentedProblems | undefined;
    responses[status] = own ? join(own, problems) : problems;
  }
}

function join(own: DocumentedProblems, more: DocumentedProblems): DocumentedProblems {
  const type = 'application/problem+json';
  const examples = { ...more.content[type].examples, ...own.content[type].examples };
  const isNew = Object.keys(examples).length > Object.keys(own.content[type].examples).length;
  return {
    ...own,
    description: isNew ? `${own.description}<br>${more.description}` : own.description,
    content: { [type]: { ...own.content[type], examples } },
  };
}
