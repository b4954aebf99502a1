import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApplication, type StartedApplication } from '../../support/application.js';

describe('health and metrics', () => {
  let application: StartedApplication;

  beforeAll(async () => {
    application = await startApplication({ name: 'health' });
  });

  afterAll(() => application.close());

  it('is live', async () => {
    expect(await application.call('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('is ready while its database answers', async () => {
    expect(await application.call('GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('gives its metrics as Prometheus text', async () => {
    const { status, headers, body } = await application.call('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(body).toMatch(/^process_cpu_seconds_total /m);
  });
});
