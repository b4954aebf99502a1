import type { LoggerService } from '@nestjs/common';
import { pino, type LoggerOptions, type Logger as PinoLogger } from 'pino';
import { maskCardNumbers } from './card-number-mask.js';
import { toErrorFields } from './error-fields.js';
import { currentLogFields } from './log-context.js';

/** Secrets and personal data, wherever an object of ours or of Fastify's may carry them. */
const REDACTED = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'idempotency-key',
  'stripe-signature',
  'webhook-signature',
  'apiKey',
  'key',
  'password',
  'email',
  'name',
  'phone',
  'address',
  'taxId',
  'tax_id',
  'card',
  'url',
  'token',
  'secret',
  'payload',
];

const redactedPaths = REDACTED.flatMap((key) => {
  const quoted = `["${key}"]`;
  return [quoted, `*${quoted}`, `*.*${quoted}`];
});

export function createLogger(level: string): PinoLogger {
  const options: LoggerOptions = {
    level,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ ...currentLogFields() }),
    serializers: { err: (error: unknown) => toErrorFields(error) },
    base: undefined,
    hooks: { streamWrite: maskCardNumbers },
  };
  // pino's default buffers, and at exit tries for ever to flush what a closed pipe does not take: the process never ends.
  return pino(options, pino.destination({ fd: 1, sync: true }));
}

/** Nest's account of its own wiring, at every start: some 150 lines that are always the same. */
const WIRING: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

type Level = 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal';

/** Nest's logger on pino: `logger.log({ message, ...fields })` becomes one JSON line with those fields. */
export class NestLogger implements LoggerService {
  constructor(private readonly pinoLogger: PinoLogger) {}

  log = (message: unknown, ...rest: unknown[]) => this.write(WIRING.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);

  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const stack = level === 'error' && rest.length > 1 ? rest[0] : undefined;
    const fields = { context, ...(stack ? { stack } : {}) };
    if (message instanceof Error) this.pinoLogger[level]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) {
      const { message: text, ...more } = message as { message?: string };
      this.pinoLogger[level]({ ...fields, ...more }, text);
    } else this.pinoLogger[level](fields, String(message));
  }
}
