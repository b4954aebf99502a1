import { swcOptions } from './support/swc-options.mjs';

export default {
  rootDir: '..',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': ['@swc/jest', swcOptions],
  },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  maxWorkers: 2,
  cacheDirectory: process.env.JEST_CACHE ?? '<rootDir>/.cache/jest',
  collectCoverageFrom: ['src/**/*.ts', '!src/main.ts'],
  coverageProvider: process.env.COV ?? 'v8',
  testTimeout: 30_000,
};
