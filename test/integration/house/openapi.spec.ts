import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { callerOf, type Call } from '../../support/http.js';
import { MainProcess } from '../../support/main-process.js';

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: object[];
  readonly responses: Record<string, { readonly content?: Record<string, unknown>; readonly description?: string }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, { readonly properties?: object; readonly enum?: unknown[] }>;
    readonly securitySchemes: object;
  };
}

// From the build: the compiler plugin that reads the DTOs' types does not run in the tests.
describe('openapi.json', () => {
  let database: TestDatabase;
  let main: MainProcess;
  let url: string;
  let document: Document;

  beforeAll(async () => {
    database = await createTestDatabase('openapi');
    main = new MainProcess(database.url);
    url = await main.listening();
    document = (await callerOf(url)('GET', '/openapi.json')).body;
  });

  afterAll(async () => {
    await main.stop();
    await database.drop();
  });

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
  const namesOf = (predicate: (operation: Operation) => boolean) =>
    operations()
      .filter(({ operation }) => predicate(operation))
      .map(({ name }) => name);

  it('describes the public routes', () => {
    expect(document.openapi).toMatch(/^3\./);
    expect(namesOf(() => true)).toEqual(
      expect.arrayContaining([
        'GET /health/ready',
        'POST /api/v1/admin/stripe/webhook',
        'POST /webhooks/dodo',
        'PUT /api/v1/service/users/{externalId}',
        'POST /api/v1/general/subscription/billing-portal',
      ]),
    );
  });

  it('says of every operation what it does, in a group', () => {
    expect(namesOf(({ summary, tags }) => !summary || !tags?.length)).toEqual([]);
  });

  it('says how to authenticate everywhere but for probes, pictures and signed webhooks', () => {
    expect(namesOf(({ security }) => !security?.length).toSorted()).toEqual([
      'GET /health/live',
      'GET /health/ready',
      'GET /media/{sha256}',
      'POST /api/v1/admin/stripe/webhook',
      'POST /webhooks/dodo',
    ]);
    expect(Object.keys(document.components.securitySchemes).toSorted()).toEqual([
      'admin',
      'customer',
      'service',
      'upsell',
    ]);
  });

  it('documents the errors of every operation that can fail, as problem documents', () => {
    expect(namesOf(({ responses }) => !Object.keys(responses).some(isError))).toEqual(['GET /health/live']);
    const bare = operations().flatMap(({ name, operation }) =>
      Object.entries(operation.responses)
        .filter(([status, { content }]) => isError(status) && !content?.['application/problem+json'])
        .map(([status]) => `${name} ${status}`),
    );
    expect(bare).toEqual([]);
  });

  it('names every error code of a route, also where several have one status', () => {
    const { responses = {} } = document.paths['/api/v1/general/subscription/checkout']?.post ?? {};
    const codesOf = (status: string) =>
      [...(responses[status]?.description ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code);
    expect(codesOf('404')).toEqual(['subscription_not_found', 'plan_not_found']);
    expect(codesOf('409')).toEqual(['group_ambiguous', 'subscription_already_active', 'plan_not_available']);
    expect(codesOf('401')).toEqual(['unauthenticated']);
  });

  it('has a schema with properties for each of its shapes', () => {
    const { schemas } = document.components;
    expect(Object.keys(schemas).length).toBeGreaterThan(10);
    const empty = Object.entries(schemas).filter(
      ([, schema]) => !schema.enum && !Object.keys(schema.properties ?? {}).length,
    );
    expect(empty.map(([name]) => name)).toEqual([]);
  });

  it('is shown by Swagger UI, whose parts all load from here', async () => {
    const page = await callerOf(url)('GET', '/docs');
    expect(page.status).toBe(200);
    const parts = [...String(page.body).matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)].map(([, part]) => part);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      const { status } = await callerOf(url)('GET', `/${part?.replace(/^(docs\/)?/, 'docs/')}`);
      expect({ part, status }).toEqual({ part, status: 200 });
    }
  });

  describe('where the documentation is closed', () => {
    let closed: MainProcess;
    let call: Call;

    beforeAll(async () => {
      closed = new MainProcess(database.url, { OPEN_DOCUMENTATION: 'false' });
      call = callerOf(await closed.listening());
    });

    afterAll(() => closed.stop());

    it.each(['/docs', '/openapi.json', '/openapi.yaml'])('%s does not exist', async (path) => {
      expect((await call('GET', path)).status).toBe(404);
    });

    it('metrics are for the holder of the first admin key', async () => {
      const key = closed.environment.ADMIN_API_KEY ?? '';
      expect((await call('GET', '/metrics')).status).toBe(401);
      expect((await call('GET', '/metrics', { apiKey: `${key}x` })).status).toBe(401);
      expect((await call('GET', '/metrics', { apiKey: key })).status).toBe(200);
      expect((await call('GET', '/metrics', { token: key })).status).toBe(200);
    });
  });
});

const isError = (status: string) => Number(status) >= 400;
