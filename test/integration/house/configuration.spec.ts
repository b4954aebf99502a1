import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Config, ConfigurationError } from '../../../src/config/index.js';
import { DODO_SECRETS } from '../../support/both-providers.js';
import { testEnvironment } from '../../support/environment.js';

const complete: NodeJS.ProcessEnv = {
  ...testEnvironment('postgres://uplift:x@db.internal/uplift'),
  ...DODO_SECRETS,
  PORT: '3000',
};
const production: NodeJS.ProcessEnv = {
  ...complete,
  HOST: '',
  NODE_ENV: 'production',
  APP_URL: 'https://uplift.shop.test',
  STRIPE_SECRET_KEY: 'sk_live_51Qw8Er2Ty6Ui0Op4As',
  STRIPE_API_URL: '',
  DODO_PAYMENTS_ENVIRONMENT: 'live_mode',
};
const STRIPE = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'];
const DODO = Object.keys(DODO_SECRETS);

const without = (environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv => ({
  ...environment,
  ...Object.fromEntries(names.map((name) => [name, ''])),
});

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    Config.fromEnvironment(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

const namesOf = (problems: readonly string[]) => problems.map((problem) => problem.split(' ')[0]);

describe('the configuration', () => {
  it('names every missing variable at once', () => {
    expect(namesOf(problemsOf({ NODE_ENV: 'production' })).toSorted()).toEqual([
      'ADMIN_API_KEY',
      'ALLOWED_RETURN_ORIGINS',
      'APP_URL',
      'DATABASE_URL',
      'JWT_SECRET',
      'STRIPE_SECRET_KEY',
      'UPSELL_TOKEN_SECRET',
    ]);
  });

  it('accepts a complete one for production', () => {
    expect(problemsOf(production)).toEqual([]);
    expect(Config.fromEnvironment(production)).toMatchObject({
      http: { host: '0.0.0.0', openDocumentation: false },
      stripe: { livemode: true },
      dodo: { livemode: true, environment: 'live_mode' },
      defaultProvider: 'stripe',
    });
  });

  it('has either provider, or both, and needs one', () => {
    expect(problemsOf(without(complete, [...STRIPE, ...DODO]))).toEqual([
      'STRIPE_SECRET_KEY or DODO_PAYMENTS_API_KEY is missing: name one provider at least',
    ]);
    expect(Config.fromEnvironment(without(complete, DODO))).toMatchObject({ defaultProvider: 'stripe' });
    expect(Config.fromEnvironment(without(complete, DODO)).dodo).toBeUndefined();
    const dodoAlone = Config.fromEnvironment(without(complete, STRIPE));
    expect(dodoAlone).toMatchObject({ defaultProvider: 'dodo', dodo: { environment: 'test_mode', livemode: false } });
    expect(dodoAlone.stripe).toBeUndefined();
  });

  it.each([...STRIPE, ...DODO])('needs %s where the other half is set', (name) => {
    expect(namesOf(problemsOf({ ...complete, [name]: '' }))).toEqual([name]);
  });

  it('starts where it was told, at a provider that it has', () => {
    expect(Config.fromEnvironment({ ...complete, PAYMENT_PROVIDER: 'dodo' })).toMatchObject({
      defaultProvider: 'dodo',
    });
    expect(namesOf(problemsOf({ ...without(complete, DODO), PAYMENT_PROVIDER: 'dodo' }))).toEqual(['PAYMENT_PROVIDER']);
    expect(namesOf(problemsOf({ ...complete, PAYMENT_PROVIDER: 'paypal' }))).toEqual(['PAYMENT_PROVIDER']);
  });

  it('is told in production which of Dodo’s environments its key is of', () => {
    expect(namesOf(problemsOf({ ...production, DODO_PAYMENTS_ENVIRONMENT: '' }))).toEqual([
      'DODO_PAYMENTS_ENVIRONMENT',
    ]);
  });

  it('takes several secrets of Dodo while one is rotated', () => {
    const both = `${DODO_SECRETS.DODO_PAYMENTS_WEBHOOK_KEY},whsec_Qw8Er2Ty6Ui0Op4AsZx7Cv3Bn9Ml1Kj5`;
    expect(Config.fromEnvironment({ ...complete, DODO_PAYMENTS_WEBHOOK_KEY: both }).dodo?.webhookSecrets).toHaveLength(
      2,
    );
  });

  it.each([
    ['JWT_SECRET', 'too-short'],
    ['JWT_SECRET', 'a'.repeat(40)],
    ['JWT_SECRET', 'change-me-change-me-change-me-change-me'],
    ['UPSELL_TOKEN_SECRET', 'too-short'],
    ['ADMIN_API_KEY', 'admin'],
    ['ADMIN_API_KEY', 'example-key-of-the-documentation'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_1'],
    ['STRIPE_WEBHOOK_SECRET', `${complete.STRIPE_WEBHOOK_SECRET},whsec_aaaaaaaaaaaaaaaaa`],
    ['STRIPE_SECRET_KEY', 'sk_live_1'],
    ['DODO_PAYMENTS_API_KEY', 'dodo_short'],
    ['DODO_PAYMENTS_WEBHOOK_KEY', 'whsec_YWJjZGVmZ2g='],
  ])('refuses the weak %s %j in production', (name, value) => {
    expect(namesOf(problemsOf({ ...production, [name]: value }))).toEqual([name]);
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '3000 '.repeat(2)],
    ['DATABASE_POOL_SIZE', '1'],
    ['DATABASE_URL', 'mysql://root@db/uplift'],
    ['PROCESS_ROLE', 'both'],
    ['LOG_LEVEL', 'loud'],
    ['DEFAULT_LANGUAGE', 'fr'],
    ['OPEN_DOCUMENTATION', 'yes'],
    ['APP_URL', 'uplift.shop.test'],
    ['ALLOWED_RETURN_ORIGINS', 'https://shop.test/path'],
    ['STRIPE_SECRET_KEY', 'pk_test_51Qw8Er2Ty6Ui0Op4As'],
    ['STRIPE_WEBHOOK_SECRET', 'Zx7Cv3Bn9Ml1Kj5Hg2Fd'],
    ['STRIPE_API_URL', 'ftp://stripe.test'],
    ['DODO_PAYMENTS_WEBHOOK_KEY', 'whsec_not base64!'],
    ['DODO_PAYMENTS_WEBHOOK_KEY', 'Zx7Cv3Bn9Ml1Kj5Hg2FdQw8Er2Ty6Ui0'],
    ['DODO_PAYMENTS_BASE_URL', 'dodo.test'],
    ['DODO_PAYMENTS_ENVIRONMENT', 'sandbox'],
    ['STRIPE_API_URL', 'https://proxy.test/stripe'],
    ['ENTITLEMENT_GRACE_DAYS', '-1'],
    ['PAST_DUE_KEEPS_ACCESS', '1'],
    ['JWKS_URL', 'not a url'],
    ['RATE_LIMIT_CHARGES', '0'],
    ['RATE_LIMIT_PROVIDER_CALLS', 'none'],
    ['RATE_LIMIT_SERVER', '-1'],
    ['RATE_LIMIT_FAILED_CREDENTIALS', '1e9'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://*.shop.test'],
    ['CORS_ORIGINS', 'https://shop.test,shop.test'],
    ['CORS_ORIGINS', 'https://shop.test/'],
    ['UPSELL_SESSION_MINUTES', '0'],
    ['UPSELL_EXTERNAL_ORIGINS', 'https://partner.test/path'],
    ['MERCHANT_WEBHOOKS_TO_PRIVATE_ADDRESSES', 'maybe'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(namesOf(problemsOf({ ...complete, [name]: value }))).toContain(name);
  });

  it.each([
    ['APP_URL', 'http://uplift.shop.test', ['APP_URL']],
    ['APP_URL', 'http://127.0.0.1:3000', []],
    ['STRIPE_API_URL', 'http://127.0.0.1:3010', ['STRIPE_API_URL']],
    ['STRIPE_API_URL', 'https://stripe-proxy.test', []],
    ['DODO_PAYMENTS_BASE_URL', 'http://localhost:3010/dodo', ['DODO_PAYMENTS_BASE_URL']],
  ])('sends nothing secret without encryption in production: %s=%s', (name, value, problems) => {
    expect(namesOf(problemsOf({ ...production, [name]: value }))).toEqual(problems);
    expect(problemsOf({ ...complete, [name]: value })).toEqual([]);
  });

  it('refuses a demonstration clock in production', () => {
    expect(namesOf(problemsOf({ ...production, CLOCK_URL: 'http://clock.test' }))).toEqual(['CLOCK_URL']);
  });

  it('refuses two ways of checking tokens', () => {
    const problems = problemsOf({ ...complete, JWKS_URL: 'https://id.shop.test/jwks.json' });
    expect(problems).toEqual(['JWT_SECRET and JWKS_URL exclude each other: set one']);
  });

  it('prints no secret, whatever is wrong', () => {
    const secrets = { JWT_SECRET: 'hunter2hunter2', ADMIN_API_KEY: 'swordfish', STRIPE_SECRET_KEY: 'pk_live_letmein' };
    const text = problemsOf({ ...production, ...secrets, DATABASE_URL: 'mysql://root:opensesame@db/x' }).join('\n');
    for (const value of [...Object.values(secrets), 'opensesame']) expect(text).not.toContain(value);
    expect(text).toContain('JWT_SECRET');
  });
});

describe('a secret of the wrong kind', () => {
  it('is refused with what it begins with, in words', () => {
    expect(problemsOf({ ...complete, STRIPE_SECRET_KEY: 'pk_test_51Qw8Er2Ty6Ui0Op4As' })).toEqual([
      'STRIPE_SECRET_KEY must begin with sk_test_, sk_live_, rk_test_ or rk_live_',
    ]);
  });
});

describe('.env.example', () => {
  const lines = readFileSync(resolve(import.meta.dirname, '../../../.env.example'), 'utf8').split('\n');
  const example = new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^# ([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value] as const];
    }),
  );
  const ofLocalStart = ['SANDBOX_PORT', 'STOREFRONT_PORT'];

  it('names the variables that the configuration reads, and no other', () => {
    const read = new Set<string>();
    const spy = new Proxy(complete as Record<string, string>, {
      get: (target, name: string) => (read.add(name), target[name]),
    });
    Config.fromEnvironment(spy);
    expect([...example.keys()].toSorted()).toEqual([...read, ...ofLocalStart].toSorted());
  });

  it('shows the defaults that the code has', () => {
    const {
      NODE_ENV: _mode,
      PORT: _port,
      HOST: _host,
      LOG_LEVEL: _level,
      DATABASE_POOL_SIZE: _size,
      ...needed
    } = Object.fromEntries(Object.entries(complete).filter(([name]) => !name.startsWith('RATE_LIMIT_')));
    const shown = Object.fromEntries([...example].filter(([, value]) => value !== ''));
    expect(Object.keys(shown).length).toBeGreaterThan(8);
    expect(Config.fromEnvironment({ ...needed, ...shown })).toEqual(Config.fromEnvironment(needed));
  });

  it('sets nothing by itself', () => {
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
