import type { Received } from './openapi-request.js';

/** What a stranger must never learn from an answer, by what it would look like. */
const SIGNS: Readonly<Record<string, RegExp>> = {
  'a stack trace': /\n\s+at |\bat [\w.<>]+ \(|node:internal|Error: /,
  'a path of the machine':
    /file:\/\/|\/node_modules\/|\/dist\/|\/src\/[\w/-]+\.[jt]s|\/(home|usr|root|var|opt)\/[\w-]+\//,
  SQL: /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.{0,80}\b(FROM|WHERE|VALUES|SET)\b|syntax error at|violates .* constraint/i,
  'a table or constraint': /\b(PK|FK|UQ|CHK|IDX)_\w{6,}|\b(relation|column|constraint) "\w+"|\bpg_\w+/,
  'a library':
    /\b(TypeORM|QueryFailedError|Fastify(Error)?|NestJS|class-validator|graphile|undici|ECONNREFUSED|ECONNRESET|StripeInvalidRequestError)\b|\bFST_ERR|"statusCode"/,
};
const FORBIDDEN_HEADERS = ['server', 'x-powered-by'];

/** Looks through every answer for what is nobody's business outside. */
export class LeakDetector {
  /** @param secrets values of the environment that are secret */
  constructor(private readonly secrets: readonly string[]) {}

  /** @returns a finding a line. @param echoed what the caller had sent: saying it back tells nothing new */
  check({ status, headers, text }: Received, echoed = ''): string[] {
    const signs = status < 400 ? [] : Object.entries(SIGNS).filter(([, sign]) => hasNew(sign, text, echoed));
    return [
      ...signs.map(([name, sign]) => `tells ${name}: ${sign.exec(text)?.[0]} in ${text.slice(0, 300)}`),
      ...this.secrets.filter((secret) => text.includes(secret)).map((secret) => `tells the secret ${secret}`),
      ...FORBIDDEN_HEADERS.filter((name) => headers[name] !== undefined).map((name) => `has the header ${name}`),
      ...(status >= 400 && headers['x-request-id'] === undefined ? ['has no request id'] : []),
    ];
  }
}

function hasNew(sign: RegExp, text: string, echoed: string): boolean {
  const found = sign.exec(text)?.[0];
  return found !== undefined && !echoed.includes(found);
}
