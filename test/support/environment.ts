/** The discard port of this machine: a test that forgets to name its sandbox fails at once and reaches nobody. */
const NOWHERE = 'http://127.0.0.1:9';

/** All callers of a test come from one address within one minute: the limits are for the tests that are about them. */
const UNHURRIED = {
  RATE_LIMIT_CHARGES: '1000000',
  RATE_LIMIT_PROVIDER_CALLS: '1000000',
  RATE_LIMIT_SERVER: '1000000',
  RATE_LIMIT_FAILED_CREDENTIALS: '1000000',
};

/** A complete configuration for one application under test, with secrets that are nobody's. */
export const testEnvironment = (databaseUrl: string): NodeJS.ProcessEnv => ({
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  HOST: '127.0.0.1',
  PORT: '0',
  APP_URL: 'http://uplift.test',
  ALLOWED_RETURN_ORIGINS: 'https://shop.test,http://127.0.0.1:4000',
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: '8',
  JWT_SECRET: 'q3Zr8vTn1Lw6Xb0Jk5Yd9Hs2Pm7Gc4Ae',
  UPSELL_TOKEN_SECRET: 'w7Np2Xc9Vb4Ql6Tz1Rd8Fy3Hj5Km0Gs8',
  ADMIN_API_KEY: 'upl_admin_Vt5Kq9Zx2Rw8Lb3Nm7Hc',
  STRIPE_SECRET_KEY: 'sk_test_51Qw8Er2Ty6Ui0Op4As',
  STRIPE_WEBHOOK_SECRET: 'whsec_Zx7Cv3Bn9Ml1Kj5Hg2Fd',
  STRIPE_API_URL: NOWHERE,
  ...UNHURRIED,
});
