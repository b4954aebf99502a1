import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DodoPayments } from 'dodopayments';
import { createApplication } from '../../../src/sandbox/create-application.js';
import type { OperationSource } from '../../../src/sandbox/dodo/api/operation.js';
import { DODO_OPERATION_SOURCES } from '../../../src/sandbox/dodo/api/operation-table.js';
import { DodoOpenApi, findDodoOpenApi, type Finding } from '../../support/dodo-openapi.js';
import { walkDodo } from './dodo-contract-walk.js';
import { API_KEY, startDodoWorld, type DodoWorld } from './dodo-support.js';

const file = findDodoOpenApi();
if (file === undefined)
  console.warn(
    'The contract with Dodo is not checked: its OpenAPI file is not here (PROVIDER_SPECS can name its folder, ../shared/specs is where it is looked for).',
  );

interface Answer {
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
  readonly finding: Finding;
}

/** Operations that the file is too old for, or whose answers it leaves open. */
const NOT_DESCRIBED = [
  'DELETE /customers/:id/payment-methods/:id',
  'DELETE /subscriptions/:id/change-plan/scheduled',
  'PATCH /products/:id',
  'POST /subscriptions/:id/change-plan',
];
/** Events that are newer than the file. A pause is left out: the file does not know a subscription that is paused. */
const NEW_EVENTS = ['subscription.update_payment_method'];

(file === undefined ? describe.skip : describe)('Dodo published what', () => {
  const answers: Answer[] = [];
  let world: DodoWorld;
  let api: DodoOpenApi;
  let operations: string[];

  beforeAll(async () => {
    api = new DodoOpenApi(file!);
    world = await startDodoWorld();
    operations = await listOperations();
    const client = new DodoPayments({
      baseURL: `${world.sandbox.url}/dodo`,
      bearerToken: API_KEY,
      maxRetries: 0,
      fetch: (input, init) => judge(String(input), init),
    });
    await walkDodo({ ...world, dodo: client });
    await world.sandbox.idle();
  });
  afterAll(() => world.close());

  async function judge(address: string, init: RequestInit | undefined): Promise<Response> {
    const response = await fetch(address, init);
    const text = await response.clone().text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const method = (init?.method ?? 'GET').toUpperCase();
    const path = new URL(address).pathname.slice('/dodo'.length);
    const operation = operations.find((each) => toPattern(each).test(`${method} ${path}`)) ?? `${method} ${path}`;
    const finding = api.checkResponse(method, path, response.status, body);
    answers.push({ operation, status: response.status, body, finding });
    return response;
  }

  test('the sandbox answers: every success of every operation', () => {
    const successes = answers.filter(({ status }) => status < 300);
    expect(successes.flatMap(({ operation, finding }) => complaintOf(operation, finding))).toEqual([]);
    const walked = new Set(successes.map(({ operation }) => operation));
    expect(operations.filter((operation) => !walked.has(operation))).toEqual([]);
    const open = successes.filter(({ finding }) => finding.state === 'unknown').map(({ operation }) => operation);
    expect([...new Set(open)].toSorted()).toEqual(NOT_DESCRIBED);
  });

  test('the sandbox refuses with: a code and a message, and nothing else', () => {
    const refusals = answers.filter(({ status }) => status >= 300);
    expect([...new Set(refusals.map(({ status }) => status))].toSorted()).toEqual([401, 404, 409, 422]);
    for (const { body } of refusals)
      expect(body).toEqual({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.stringMatching(/./) });
  });

  test('the sandbox tells: every event, as it is on the wire', () => {
    const findings = world.receiver.received.map(({ event }) => ({
      type: event.type,
      finding: api.checkWebhook(event.type, event),
    }));
    expect(findings.flatMap(({ type, finding }) => complaintOf(type, finding))).toEqual([]);
    const typesOf = (state: Finding['state']) =>
      [...new Set(findings.filter(({ finding }) => finding.state === state).map(({ type }) => type))].toSorted();
    expect(typesOf('unknown')).toEqual(NEW_EVENTS);
    expect(typesOf('validated')).toEqual([
      'dispute.lost',
      'dispute.opened',
      'dispute.won',
      'payment.cancelled',
      'payment.failed',
      'payment.processing',
      'payment.succeeded',
      'refund.failed',
      'refund.succeeded',
      'subscription.active',
      'subscription.cancelled',
      'subscription.expired',
      'subscription.failed',
      'subscription.on_hold',
      'subscription.plan_changed',
      'subscription.renewed',
      'subscription.updated',
    ]);
  });

  test('is a judge that can say no', async () => {
    const [subscription] = answers.filter(
      ({ operation, status }) => operation === 'GET /subscriptions/:id' && status === 200,
    );
    const { next_billing_date: _left, ...without } = subscription!.body as Record<string, unknown>;
    expect(api.checkResponse('GET', '/subscriptions/sub_1', 200, without).state).toBe('wrong');
    expect(api.checkResponse('GET', '/subscriptions/sub_1', 200, { ...without, next_billing_date: 'soon' }).state).toBe(
      'wrong',
    );
    expect(api.checkResponse('GET', '/nowhere', 200, {}).state).toBe('unknown');
  });
});

const complaintOf = (subject: string, finding: Finding): string[] =>
  finding.state === 'wrong' ? [`${subject}: ${finding.why}`] : [];

const toPattern = (operation: string): RegExp => new RegExp(`^${operation.replaceAll(':id', '[^/]+')}$`);

/** Literal addresses before those with a place, as the sandbox looks them up. */
async function listOperations(): Promise<string[]> {
  const application = await createApplication({});
  try {
    return application
      .get<OperationSource[]>(DODO_OPERATION_SOURCES)
      .flatMap((source) => source.operations())
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted((a, b) => a.split(':').length - b.split(':').length);
  } finally {
    await application.close();
  }
}
