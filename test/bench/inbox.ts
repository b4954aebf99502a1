import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config } from '../../src/config/index.js';
import { createApplication } from '../../src/create-application.js';
import type { BenchDatabase } from './database.js';
import { benchEnvironment } from './environment.js';
import { toLifeOf } from './stripe-events.js';

/** An application that does nothing by itself: its worker is told when to work. */
export async function createWorker(
  database: BenchDatabase,
  more: Record<string, string>,
): Promise<NestFastifyApplication> {
  const environment = { ...benchEnvironment(database.url), PROCESS_ROLE: 'api', LOG_LEVEL: 'silent', ...more };
  const app = await createApplication(Config.fromEnvironment(environment));
  await app.init();
  return app;
}

/**
 * Puts the four events of each of these subscriptions into the inbox, as they would come: everybody's first event, then
 * everybody's second.
 *
 * @returns how many events wait
 */
export async function addEvents(database: BenchDatabase, first: number, last: number): Promise<number> {
  const lives = Array.from({ length: last - first + 1 }, (_, index) => toLifeOf(first + index));
  const bodies = [0, 1, 2, 3].flatMap((step) => lives.map((life) => life[step] as string));
  await database.query(
    `INSERT INTO webhook_events (provider, provider_event_id, event_type, payload, livemode, next_attempt_at)
     SELECT 'stripe', event ->> 'id', event ->> 'type', convert_to(body, 'UTF8'), false, now()
       FROM unnest($1::text[]) WITH ORDINALITY AS delivered(body, position)
      CROSS JOIN LATERAL (SELECT body::jsonb AS event) AS parsed
      ORDER BY position`,
    [bodies],
  );
  return bodies.length;
}
