import { afterEach, describe, expect, it } from 'vitest';
import { startApplication } from '../../support/application.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from './receiver.js';
import { addEndpoint, eventuallyDelivery, publish } from './support.js';

let database: TestDatabase | undefined;
let receiver: Receiver | undefined;

afterEach(async () => {
  await receiver?.close();
  await database?.drop();
});

describe('a process that is told to stop', () => {
  it('waits for no receiver, and another process sends the message', async () => {
    const name = 'webhook_stopping';
    database = await createTestDatabase(name);
    receiver = await startReceiver();
    receiver.answer(() => undefined);
    const first = await startApplication({ name, database });
    await addEndpoint(first, receiver.url);
    const id = await publish(first);
    await eventually(() => receiver?.received.length === 1);
    const before = performance.now();
    await first.close();
    expect(performance.now() - before).toBeLessThan(8_000);
    expect(
      await database.query('SELECT status, attempts, leased_until, error FROM merchant_webhook_deliveries'),
    ).toEqual([{ status: 'pending', attempts: 1, leased_until: null, error: 'Cut off: this service was stopping.' }]);

    receiver.answer(() => ({ status: 204 }));
    const second = await startApplication({ name, database });
    try {
      await eventuallyDelivery(second, id, { status: 'delivered', attempts: 2 });
      expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    } finally {
      await second.close();
    }
  });
});
