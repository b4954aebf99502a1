import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERRORS, type ErrorCode } from '../errors/index.js';
import { toProblem } from './problem.js';

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
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds after which it is worth another try',
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

/** Documents the errors that a route can answer with, an example for each code. */
export function ApiProblems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  const responses = statuses.map((status) => {
    const ofStatus = codes.filter((code) => ERRORS[code].status === status);
    return ApiResponse({
      status,
      ...(status === 429 ? { headers: RETRY_AFTER } : {}),
      description: ofStatus.map((code) => `\`${code}\`: ${ERRORS[code].messages.en}`).join('<br>'),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(
            ofStatus.map((code) => [
              code,
              { value: toProblem(code, { language: 'en', requestId: '0f8b3c1e-7d6a-4a52-9c39-6f0f6c0f8f0a' }) },
            ]),
          ),
        },
      },
    });
  });
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}
