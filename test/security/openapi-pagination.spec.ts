import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLanes } from './openapi-lanes.js';
import { Sender, type Received } from './openapi-request.js';
import { FullWorld } from './openapi-world.js';
import type { Operation, Schema } from './openapi.js';

const NOBODY = '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001';

/** Lists that are answered whole, each with the reason why it is small. */
const WHOLE: Readonly<Record<string, string>> = {
  'GET /api/v1/admin/api-keys': 'one for each program of the merchant’s, made by hand',
  'GET /api/v1/admin/funnels': 'one for each product or offer, made by hand',
  'GET /api/v1/admin/funnels/{id}/versions': 'one for each time that somebody publishes',
  'GET /api/v1/admin/offers': 'the catalogue, written by hand',
  'GET /api/v1/admin/packages': 'the catalogue, written by hand',
  'GET /api/v1/admin/products': 'the catalogue, written by hand',
  'GET /api/v1/admin/upsell-rules': 'written by hand',
  'GET /api/v1/admin/webhook-endpoints': 'one for each receiver of the merchant’s, made by hand',
};

interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

describe('lists, by the document', () => {
  let world: FullWorld;
  let sender: Sender;
  let lists: readonly Operation[];
  /** Of the comparison that has differences. */
  let runId: string;

  beforeAll(async () => {
    world = await FullWorld.start('openapi_pagination');
    sender = new Sender(await world.leaveWorker());
    lists = world.operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'limit'));
    // The providers agree with everything in this world: what they could have differed in is put down by hand.
    const [run] = await world.query<{ uuid: string }>(
      `WITH run AS (SELECT id, uuid, payment_provider FROM reconciliation_runs ORDER BY id LIMIT 1), found AS (
         INSERT INTO reconciliation_differences (run_id, payment_provider, type, action, provider_id, fingerprint)
         SELECT id, payment_provider, 'charge_missing', 'ask', 'pi_' || n, 'test ' || n FROM run, generate_series(1, 9) n)
       SELECT uuid FROM run`,
    );
    runId = run?.uuid ?? '';
  }, 90_000);

  afterAll(async () => {
    sender?.close();
    await world?.close();
  });

  const read = ({ path }: Operation, query: string): Promise<Received> =>
    sender.send({
      method: 'GET',
      path: `${path.replace('{id}', runId)}?${query}`,
      headers: { 'x-api-key': world.keys.admin },
    });
  const readPage = async (list: Operation, query: string) => JSON.parse((await read(list, query)).text) as Page;
  const hasNumbers = (list: Operation) => list.path.endsWith('/webhook-events');

  /** Asks every list for everything; what is not refused as it should be is a finding. */
  async function findTaken(
    asked: readonly Operation[],
    queries: readonly string[],
    code: string,
    field: string,
  ): Promise<string[]> {
    const work = asked.flatMap((list) => queries.map((query) => ({ list, query })));
    const findings = await inLanes(work, async ({ list, query }) => {
      const received = await read(list, query);
      const problem = JSON.parse(received.text) as Problem;
      const isRight = received.status === 422 && problem.code === code;
      const isNamed = (problem.errors ?? []).some((error) => error.field === field);
      return [
        ...(isRight && isNamed ? [] : [`${received.status}: ${received.text.slice(0, 200)}`]),
        ...world.contract.check(list, received),
        ...world.leaks.check(received, query),
      ].map((finding) => `${list.name} ${query}: ${finding}`);
    });
    return findings.flat();
  }

  it('are paged, but for those that are small by what they are', () => {
    const whole = world.operations.filter(
      (operation) => operation.method === 'GET' && isList(operation) && !lists.includes(operation),
    );
    expect(whole.map(({ name }) => name).toSorted()).toEqual(Object.keys(WHOLE).toSorted());
    expect(lists.length).toBeGreaterThanOrEqual(6);
    for (const { parameters } of lists) {
      const limit = parameters.find(({ name }) => name === 'limit');
      expect(limit?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 50 });
      expect(parameters.map(({ name }) => name)).toContain('cursor');
    }
  });

  it('take no limit that is none', async () => {
    const limits = ['0', '-1', '101', '1000000000', '1e9', '9'.repeat(40), '1.5', 'NaN', 'Infinity', '', 'all', 'null'];
    const queries = [...limits.map((limit) => `limit=${limit}`), 'limit=1&limit=2', 'limit=1&limit=1', 'limit=%31%00'];
    expect(await findTaken(lists, queries, 'validation_failed', 'limit')).toEqual([]);
    expect(await findTaken(lists, ['limit[]=1'], 'validation_failed', 'limit[]')).toEqual([]);
  });

  it('give page after page what they give at once', async () => {
    for (const list of lists) {
      const { items: all } = await readPage(list, 'limit=100');
      expect(all.length).toBeGreaterThan(0);
      const limit = Math.ceil(all.length / 4);
      const walked: string[] = [];
      for (let cursor: string | null = ''; cursor !== null && walked.length < all.length;) {
        const page: Page = await readPage(list, `limit=${limit}${cursor && `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        walked.push(...page.items.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(walked.slice(0, all.length)).toEqual(all.map(({ id }) => id));
    }
  });

  it('refuse a cursor that is none', async () => {
    const cursors = ['', 'null', '0', '-1', '1.5', `${NOBODY}x`, "'%20OR%201=1--", '9'.repeat(40), '%25', '__proto__'];
    const twice = `cursor=${NOBODY}&cursor=${NOBODY}`;
    const queries = [...cursors.map((cursor) => `cursor=${cursor}`), twice];
    expect(await findTaken(lists, queries, 'validation_failed', 'cursor')).toEqual([]);
  });

  it('say of a cursor that they do not know that it is not known: an empty page would be taken for the end', async () => {
    const named = lists.filter((list) => !hasNumbers(list));
    expect(named.length).toBeGreaterThanOrEqual(5);
    const queries = [`cursor=${NOBODY}`, `cursor=${NOBODY}&limit=1`, `cursor=${world.people[0].own.offerUuid}`];
    expect(await findTaken(named, queries, 'cursor_unknown', 'cursor')).toEqual([]);
    const { items } = await readPage(named.find(({ path }) => path.endsWith('/sales')) as Operation, 'limit=1');
    const others = named.filter(({ path }) => !path.endsWith('/sales'));
    expect(await findTaken(others, [`cursor=${items[0]?.id}`], 'cursor_unknown', 'cursor')).toEqual([]);
    const sales = named.filter(({ path }) => path.endsWith('/sales'));
    expect(await findTaken(sales, [`user_id=nobody&cursor=${NOBODY}`], 'cursor_unknown', 'cursor')).toEqual([]);
  });

  it('go on from any number of theirs, or say to begin again, when retention has deleted the row of the cursor', async () => {
    const deliveries = lists.filter(({ path }) => path.endsWith('/webhook-deliveries'));
    const [list] = deliveries as [Operation];
    const { next_cursor: cursor } = await readPage(list, 'limit=1');
    await world.query('DELETE FROM merchant_webhook_deliveries WHERE uuid = $1', [cursor]);
    expect(await findTaken(deliveries, [`cursor=${cursor}`], 'cursor_unknown', 'cursor')).toEqual([]);
    const { errors } = JSON.parse((await read(list, `cursor=${cursor}`)).text) as Problem;
    expect(errors?.[0]?.message).toContain('begin again');

    const events = lists.find(hasNumbers) as Operation;
    const { items } = await readPage(events, 'limit=3');
    await world.query('DELETE FROM webhook_events WHERE id = $1', [items[1]?.id]);
    const after = await readPage(events, `limit=1&cursor=${items[1]?.id}`);
    expect(after.items.map(({ id }) => id)).toEqual([items[2]?.id]);
  });
});

/** Answered with an array: what is paged is an object. */
function isList({ responses }: Operation): boolean {
  const schema = responses['200']?.content?.['application/json']?.schema as Schema | undefined;
  return schema?.type === 'array';
}
