/*
 * The rules of how the source hangs together. `test/architecture` runs them over src/ and migrations/, and over planted
 * violations (one per rule, in test/architecture/fixtures), so that a rule that cannot fail is noticed.
 */

/** Low to high: a module imports only what stands before it. Levels may be skipped, never climbed. */
export const MODULE_ORDER = [
  'config',
  'common',
  'identity',
  'catalog',
  'billing-providers',
  'notification',
  'charging',
  'subscription',
  'upsell',
  'webhook',
  'reconciliation',
  'operations',
];

const anyOf = (names) => `(${names.join('|')})`;
/** Every folder with an index.ts that is its only door; `common` has one such door per folder. */
const WITH_DOOR = [...MODULE_ORDER.filter((name) => name !== 'common'), 'sandbox'];
const SPEC = '\\.spec\\.ts$';
const packages = (...names) => `node_modules/${anyOf(names)}/`;

const order = MODULE_ORDER.slice(0, -1).map((name, level) => ({
  name: `order-${name}`,
  severity: 'error',
  comment: `${name} imports no later module`,
  from: { path: `^src/${name}/` },
  to: { path: `^src/${anyOf(MODULE_ORDER.slice(level + 1))}/` },
}));

const doors = [
  {
    name: 'modules-only-through-index',
    severity: 'error',
    comment: 'another module is imported through its index.ts alone',
    from: { path: '^src/([^/]+)/' },
    to: { path: `^src/${anyOf(WITH_DOOR)}/`, pathNot: ['^src/$1/', `^src/${anyOf(WITH_DOOR)}/index\\.ts$`] },
  },
  {
    name: 'common-only-through-index',
    severity: 'error',
    comment: 'each folder of the kernel is imported through its index.ts alone',
    from: { path: '^(src|migrations)/', pathNot: '^src/common/' },
    to: { path: '^src/common/', pathNot: '^src/common/[^/]+/index\\.ts$' },
  },
  {
    name: 'entry-only-through-index',
    severity: 'error',
    comment: 'main, the application module and the like import modules through their index.ts alone',
    from: { path: '^src/[^/]+\\.ts$' },
    to: { path: `^src/${anyOf(WITH_DOOR)}/`, pathNot: `^src/${anyOf(WITH_DOOR)}/index\\.ts$` },
  },
  {
    name: 'entry-imported-by-nobody',
    severity: 'error',
    comment: 'modules know nothing of the application that they are part of',
    from: { path: '^src/(?!local/)[^/]+/' },
    to: { path: '^src/[^/]+\\.ts$' },
  },
];

const domain = [
  {
    name: 'domain-imports-no-package',
    severity: 'error',
    comment: 'domain/ imports no Nest, TypeORM, SDK or Node module, not even their types',
    from: { path: '^src/[^/]+/domain/', pathNot: SPEC },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core', 'unknown'],
    },
  },
  {
    name: 'domain-stays-in-its-folder',
    severity: 'error',
    comment: 'domain/ imports nothing else of its own module',
    from: { path: '^src/([^/]+)/domain/', pathNot: SPEC },
    to: { path: '^src/$1/', pathNot: '^src/$1/domain/' },
  },
  {
    name: 'domain-knows-others-by-type-only',
    severity: 'error',
    comment: 'domain/ imports another module by `import type` alone: no code of another module runs in a rule',
    from: { path: '^src/([^/]+)/domain/', pathNot: SPEC },
    to: { path: '^src/', pathNot: '^src/$1/', dependencyTypesNot: ['type-only'] },
  },
];

const outside = [
  {
    name: 'stripe-only-in-its-adapter',
    severity: 'error',
    comment: 'the SDK and its types stop at the door of the adapter and of the sandbox',
    from: { path: '^(src|migrations)/', pathNot: '^src/(billing-providers|sandbox)/stripe/' },
    to: { path: packages('stripe') },
  },
  {
    name: 'dodo-only-in-its-adapter',
    severity: 'error',
    comment: 'the same for the second provider',
    from: { path: '^(src|migrations)/', pathNot: '^src/(billing-providers|sandbox)/dodo/' },
    to: { path: packages('dodopayments') },
  },
  {
    name: 'sql-only-in-persistence',
    severity: 'error',
    comment: 'TypeORM and pg belong to persistence/, the kernel, the entry and the boot of the local database',
    from: { path: '^src/', pathNot: ['/persistence/', '^src/common/', '^src/local/', '^src/[^/]+\\.ts$', SPEC] },
    to: { path: packages('typeorm', 'pg', '@nestjs/typeorm') },
  },
  {
    name: 'no-development-package',
    severity: 'error',
    comment: 'the image is installed without development dependencies',
    from: { path: '^(src|migrations)/', pathNot: SPEC },
    to: { dependencyTypes: ['npm-dev'], pathNot: '/node_modules/@types/' },
  },
  {
    name: 'no-undeclared-package',
    severity: 'error',
    comment: 'a package that only another package asked for may go with it',
    from: { path: '^(src|migrations)/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-test-code',
    severity: 'error',
    comment: 'the product imports nothing of test/',
    from: { path: '^(src|migrations)/', pathNot: SPEC },
    to: { path: ['^test/', SPEC] },
  },
  {
    name: 'sandbox-only-for-local-and-tests',
    severity: 'error',
    comment: 'the product never knows whether it talks to the sandbox',
    from: { path: '^(src|migrations)/', pathNot: '^src/(sandbox|local)/' },
    to: { path: '^src/sandbox/' },
  },
  {
    name: 'storefront-is-a-stranger',
    severity: 'error',
    comment: 'the demo storefront knows what a merchant knows: the HTTP API',
    from: { path: '^src/local/storefront/', pathNot: SPEC },
    to: { path: '^(src|migrations)/', pathNot: '^src/local/storefront/' },
  },
  {
    name: 'sandbox-stands-alone',
    severity: 'error',
    comment: 'the sandbox plays the provider: it shares no code with the product',
    from: { path: '^src/sandbox/' },
    to: { path: '^(src|migrations)/', pathNot: '^src/sandbox/' },
  },
  {
    name: 'local-imported-by-nobody',
    severity: 'error',
    comment: 'what `npm start` adds around the application is not part of it',
    from: { path: '^(src|migrations)/', pathNot: '^src/local/' },
    to: { path: '^src/local/' },
  },
];

const graph = [
  { name: 'no-circular', severity: 'error', comment: 'no import cycles', from: {}, to: { circular: true } },
  {
    name: 'not-to-unresolvable',
    severity: 'error',
    comment: 'every import leads somewhere',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...order, ...doors, ...domain, ...outside, ...graph],
  options: {
    tsPreCompilationDeps: true, // imports of types count
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
