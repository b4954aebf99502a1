import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Invariants, type Invariant } from '../../../src/common/invariants/index.js';
import { InvariantsWatch } from '../../../src/operations/jobs/invariants-watch.js';
import { startApplication, type StartedApplication } from '../../support/application.js';

const PLANTED = { promise: 'Nothing is planted.', remedy: 'Take it out.' };
const broken = (name: string, sql: string, parameters?: Invariant['parameters']): Invariant => ({
  ...PLANTED,
  name,
  sql,
  parameters,
});

describe('the look at the invariants', () => {
  let application: StartedApplication;
  let planted: Map<string, Invariant>;

  beforeAll(async () => {
    application = await startApplication({ name: 'invariants' });
    planted = (application.app.get(Invariants) as unknown as { registered: Map<string, Invariant> }).registered;
  });
  afterEach(() => {
    for (const name of planted.keys()) if (name.startsWith('planted.')) planted.delete(name);
  });
  afterAll(() => application?.close());

  const plant = (...invariants: readonly Invariant[]) => application.app.get(Invariants).register(invariants);
  const look = async () => {
    const { status, body } = await application.call('GET', '/api/v1/admin/invariants', {
      apiKey: application.config.auth.adminApiKey,
    });
    expect(status).toBe(200);
    return body;
  };
  const watch = () => application.app.get(InvariantsWatch, { strict: false }).run();
  const metrics = async () => (await application.call('GET', '/metrics')).body as string;

  it('is for administrators alone', async () => {
    expect((await application.call('GET', '/api/v1/admin/invariants')).status).toBe(401);
    const token = await application.tokenFor('somebody');
    expect((await application.call('GET', '/api/v1/admin/invariants', { token })).status).toBe(401);
  });

  it('finds nothing in a database that nobody has used, and names what it looked at', async () => {
    const body = await look();
    expect(body).toMatchObject({ violations: 0, unchecked: 0, checked_at: application.clock.now().toISOString() });
    const names = body.invariants.map(({ name }: { name: string }) => name);
    expect(names).toEqual(names.toSorted());
  });

  it('counts all violations, and shows the first ten by their subject', async () => {
    const sql = `SELECT lpad(n::text, 3, '0') AS subject, jsonb_build_object('number', n) AS detail
                   FROM generate_series(25, 1, -1) AS n`;
    plant(broken('planted.many', sql));
    const body = await look();
    expect(body.violations).toBe(25);
    const { examples, ...found } = body.invariants.find(({ name }: Invariant) => name === 'planted.many');
    expect(found).toEqual({ ...PLANTED, name: 'planted.many', violations: 25, problem: null });
    expect(examples).toHaveLength(10);
    expect(examples[0]).toEqual({ subject: '001', detail: { number: 1 } });
  });

  it('gives statements the product’s time', async () => {
    const sql = `SELECT to_char($1::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') AS subject, '{}'::jsonb AS detail`;
    plant(broken('planted.time', sql, (now) => [now]));
    const { invariants } = await look();
    const { examples } = invariants.find(({ name }: Invariant) => name === 'planted.time');
    expect(examples[0].subject).toBe(application.clock.now().toISOString().slice(0, 19));
  });

  it('tells of one that cannot be looked at, and looks at all others', async () => {
    plant(
      broken('planted.a_wrong', 'SELECT nothing FROM nowhere'),
      broken('planted.b_slow', `SELECT 'x' AS subject, '{}'::jsonb AS detail FROM pg_sleep(60)`),
      broken('planted.c_writes', `SELECT nextval('users_id_seq')::text AS subject, '{}'::jsonb AS detail`),
      broken('planted.d_right', `SELECT 'x' AS subject, '{}'::jsonb AS detail`),
    );
    const invariants = application.app.get(Invariants);
    const results = await invariants.evaluate(application.clock.now(), { statementMilliseconds: 200 });
    expect(
      results
        .filter(({ invariant }) => invariant.name.startsWith('planted.'))
        .map(({ invariant, violations, problem }) => [invariant.name, violations, problem]),
    ).toEqual([
      ['planted.a_wrong', null, 'failed'],
      ['planted.b_slow', null, 'timed_out'],
      ['planted.c_writes', null, 'failed'],
      ['planted.d_right', 1, null],
    ]);
  });

  it('says nothing of the database in what went wrong', async () => {
    plant(broken('planted.wrong', 'SELECT nothing FROM nowhere'));
    const body = await look();
    expect(body).toMatchObject({ violations: 0, unchecked: 1 });
    const found = body.invariants.find(({ name }: Invariant) => name === 'planted.wrong');
    expect(found).toEqual({ ...PLANTED, name: 'planted.wrong', violations: null, examples: [], problem: 'failed' });
  });

  it('is a job of the worker that a scrape shows the result of, and that forgets what is no more', async () => {
    expect(await metrics()).not.toContain('uplift_invariant_violations{');
    plant(
      broken('planted.found', `SELECT 'x' AS subject, '{}'::jsonb AS detail`),
      broken('planted.wrong', 'SELECT nothing FROM nowhere'),
    );
    await watch();
    const text = await metrics();
    expect(text).toContain('uplift_invariant_violations{invariant="planted.found"} 1\n');
    expect(text).toContain('uplift_invariant_violations{invariant="planted.wrong"} Nan\n');
    expect(text).toContain('uplift_invariants_unchecked 1\n');
    expect(text).toMatch(/uplift_invariants_age_seconds 0\.\d+\n/);
    planted.delete('planted.found');
    planted.delete('planted.wrong');
    await watch();
    expect(await metrics()).not.toContain('planted.');
  });

  it('refuses two of one name', () => {
    const twin = broken('planted.twin', 'SELECT');
    plant(twin);
    expect(() => plant(twin)).toThrow('invariant planted.twin is registered twice');
  });
});
