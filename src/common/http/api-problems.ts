import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '../errors/index.js';
import { toProblem } from './problem.js';

/** A further member (RFC 9457 3.2), which some codes have. */
const MEMBER = { required: false } as const;

class FieldErrorDto {
  @ApiProperty({ example: 'plan_id', description: 'Path of the field' })
  field: string;

  @ApiProperty({ example: 'plan_id must be a UUID' })
  message: string;
}

/** The body of every error (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ example: 'Not Found' })
  title: string;

  @ApiProperty({ example: 404 })
  status: number;

  @ApiProperty({ enum: Object.keys(ERRORS), description: 'Stable: programs decide by it' })
  code: string;

  @ApiProperty({ description: 'For a person, in the language of Accept-Language (vi, pt-BR, en)' })
  message: string;

  @ApiProperty({ required: false, description: 'For a developer, in English' })
  detail?: string;

  @ApiProperty({ example: '0f8b3c1e-7d6a-4a52-9c39-6f0f6c0f8f0a', description: 'Also in the logs' })
  request_id: string;

  @ApiProperty({ required: false, type: [FieldErrorDto] })
  errors?: FieldErrorDto[];

  @ApiProperty({ ...MEMBER, type: Object, description: 'What the upsell page should show instead' })
  current?: object;

  @ApiProperty({ ...MEMBER, type: Object, description: 'plan_quote_changed: a new quote, as the preview gives it' })
  quote?: object;

  @ApiProperty({ ...MEMBER, type: String, nullable: true, description: 'Why the provider declined or refused' })
  failure?: string | null;

  @ApiProperty({ ...MEMBER, type: String, nullable: true, description: 'The same, for a person' })
  failure_message?: string | null;

  @ApiProperty({ ...MEMBER, type: String, description: 'Where the customer can enter another card' })
  update_page?: string;

  @ApiProperty({ ...MEMBER, type: String, description: 'Of a cross-sell: the one that was declined' })
  cross_sell_id?: string;

  @ApiProperty({ ...MEMBER, type: Boolean, description: 'Of a cross-sell: it can be paid on a checkout page' })
  checkout_available?: boolean;

  @ApiProperty({ ...MEMBER, type: String, enum: ['block', 'schedule'], description: 'plan_limits_exceeded' })
  decision?: string;

  @ApiProperty({ ...MEMBER, type: [Object], description: 'plan_limits_exceeded: `limit`, `used`, `allowed` of each' })
  reasons?: object[];

  @ApiProperty({ ...MEMBER, type: [Object], description: 'funnel_invalid: `step`, `rule`, `message` of each' })
  problems?: object[];

  @ApiProperty({ ...MEMBER, type: String, description: 'Of `/api/upsell`: the text that its document has' })
  error?: string;
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds after which it is worth another try',
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

/** A response of the document: what its codes mean, and an example for each. */
export interface DocumentedProblems {
  readonly headers?: typeof RETRY_AFTER;
  readonly description: string;
  readonly content: {
    readonly 'application/problem+json': {
      readonly schema: { $ref: string };
      readonly examples: Record<string, object>;
    };
  };
}

/** Responses by status. */
export function documentProblems(codes: readonly ErrorCode[]): Record<string, DocumentedProblems> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      documentStatus(
        status,
        codes.filter((code) => ERRORS[code].status === status),
      ),
    ]),
  );
}

const documentStatus = (status: number, codes: readonly ErrorCode[]): DocumentedProblems => ({
  ...(status === 429 ? { headers: RETRY_AFTER } : {}),
  description: codes.map((code) => `\`${code}\`: ${ERRORS[code].messages.en}`).join('<br>'),
  content: {
    'application/problem+json': {
      schema: { $ref: getSchemaPath(ProblemDto) },
      examples: Object.fromEntries(
        codes.map((code) => [
          code,
          { value: toProblem(code, { language: 'en', requestId: '0f8b3c1e-7d6a-4a52-9c39-6f0f6c0f8f0a' }) },
        ]),
      ),
    },
  },
});

/** Documents the errors that a route can answer with, an example for each code. */
export function ApiProblems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const responses = Object.entries(documentProblems(codes)).map(([status, problems]) =>
    ApiResponse({ status: Number(status), ...problems }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}
