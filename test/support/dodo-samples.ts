import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = 'dodo-sdk-2.52-samples';

/** The providers' published material is not ours to publish, so it lies beside the checkout, or nowhere. */
const folder = (): string => join(process.env['PROVIDER_SPECS'] ?? resolve(process.cwd(), '../shared/specs'), FOLDER);

/** Dodo's sample payloads by name (`wh.payment.succeeded.upsell`); undefined where this machine has none. */
export function findDodoSamples(): ReadonlyMap<string, unknown> | undefined {
  if (!existsSync(folder())) return undefined;
  const names = readdirSync(folder()).filter((name) => name.endsWith('.json'));
  return new Map(
    names.map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(folder(), name), 'utf8')) as unknown,
    ]),
  );
}
