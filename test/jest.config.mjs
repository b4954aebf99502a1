import { join } from 'node:path';
import { findChromium } from './support/browser.mjs';
import { cacheFolder } from './support/cache.mjs';
import { swcOptions } from './support/swc-options.mjs';

const BROWSER_TESTS = '<rootDir>/test/browser/';

export default async () => {
  const browser = await findChromium();
  const hasBrowser = browser !== undefined;
  // The workers need not look again.
  if (hasBrowser) process.env.CHROMIUM_PATH = browser;
  else console.warn('Browser tests are left out: no Chromium runs here (CHROMIUM_PATH can name one).');
  return {
    rootDir: '..',
    testEnvironment: 'node',
    testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/src/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', ...(hasBrowser ? [] : [BROWSER_TESTS])],
    extensionsToTreatAsEsm: ['.ts'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
    globalSetup: '<rootDir>/test/support/global-setup.mjs',
    globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    maxWorkers: 2,
    // Modules of finished files are never let go of: past this, collecting garbage takes longer than the tests.
    workerIdleMemoryLimit: '1GB',
    cacheDirectory: process.env.JEST_CACHE ?? join(cacheFolder(), 'jest'),
    collectCoverageFrom: ['src/**/*.ts', '!src/main.ts'],
    coverageProvider: process.env.COV ?? 'v8',
    testTimeout: 30_000,
  };
};
