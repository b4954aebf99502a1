import { join, resolve } from 'node:path';
import { transform } from '@swc/core';
import { defineConfig } from 'vitest/config';
import { findChromium } from './support/browser.mjs';
import { cacheFolder } from './support/cache.mjs';
import { swcOptions } from './support/swc-options.mjs';

const BROWSER_TESTS = 'test/browser/**';

/** Vite's own compiler leaves out the types that decorators are given. */
const typescript = {
  name: 'typescript',
  enforce: 'pre',
  transform(source, id) {
    const [filename] = id.split('?');
    return filename.endsWith('.ts') ? transform(source, { ...swcOptions, sourceMaps: true, filename }) : undefined;
  },
};

export default defineConfig(async () => {
  const browser = await findChromium();
  const hasBrowser = browser !== undefined;
  // The workers need not look again.
  if (hasBrowser) process.env.CHROMIUM_PATH = browser;
  else console.warn('Browser tests are left out: no Chromium runs here (CHROMIUM_PATH can name one).');
  return {
    root: resolve(import.meta.dirname, '..'),
    cacheDir: join(cacheFolder(), 'vite'),
    plugins: [typescript],
    oxc: false,
    test: {
      include: ['test/**/*.spec.ts', 'src/**/*.spec.ts'],
      exclude: ['**/node_modules/**', ...(hasBrowser ? [] : [BROWSER_TESTS])],
      globalSetup: ['test/support/global-setup.mjs'],
      pool: 'forks',
      maxWorkers: 2,
      // The application is loaded once for each worker, not once for each file: that takes as long as most files' tests.
      isolate: false,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      teardownTimeout: 20_000,
      // A machine that is busy with something else may be too slow for one try.
      retry: process.env.CI ? 1 : 0,
    },
  };
});
