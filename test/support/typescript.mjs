import { register } from 'node:module';

// `node --import ./test/support/typescript.mjs file.ts` runs a TypeScript file as it is, without a build.
register('./typescript-hooks.mjs', import.meta.url);
