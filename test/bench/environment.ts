export const WEBHOOK_SECRET = 'whsec_Zx7Cv3Bn9Ml1Kj5Hg2Fd';
export const UPSELL_TOKEN_SECRET = 'w7Np2Xc9Vb4Ql6Tz1Rd8Fy3Hj5Km0Gs8';
export const JWT_SECRET = 'q3Zr8vTn1Lw6Xb0Jk5Yd9Hs2Pm7Gc4Ae';
export const ADMIN_API_KEY = 'upl_admin_Vt5Kq9Zx2Rw8Lb3Nm7Hc';
export const POOL_SIZE = 10;

/** A complete configuration with secrets that are nobody's; everything else is the default. */
export const benchEnvironment = (databaseUrl: string): Record<string, string> => ({
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  ALLOWED_RETURN_ORIGINS: 'https://shop.test',
  DATABASE_URL: databaseUrl,
  DATABASE_POOL_SIZE: String(POOL_SIZE),
  JWT_SECRET,
  ADMIN_API_KEY,
  UPSELL_TOKEN_SECRET,
  STRIPE_SECRET_KEY: 'sk_test_51Qw8Er2Ty6Ui0Op4As',
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  STRIPE_API_URL: 'http://127.0.0.1:9', // the discard port: nothing here calls Stripe
});
