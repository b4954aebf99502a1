import type { FullWorld } from './openapi-world.js';
import type { Operation, Scheme } from './openapi.js';

export interface Credential {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the document's schemes it is; none: it opens nothing. */
  readonly opens: readonly Scheme[];
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const key = (value: string) => ({ 'x-api-key': value });

/** Every kind of credential there is, right ones first. */
export async function credentialsOf(world: FullWorld): Promise<readonly Credential[]> {
  const { application } = world.shop;
  const first = application.config.auth.adminApiKey;
  const [alice, bob, carol] = world.people;
  const stranger = await application.tokenFor('nobody', { expiresIn: '1h' });
  const expired = await application.tokenFor(alice.customer.id, { expiresIn: '-1h' });
  const forged = await application.tokenFor(alice.customer.id, { secret: 'x'.repeat(32) });
  return [
    { name: 'customer', headers: bearer(alice.token), opens: ['customer'] },
    { name: 'other customer', headers: bearer(bob.token), opens: ['customer'] },
    { name: 'customer at Dodo', headers: bearer(carol.token), opens: ['customer'] },
    { name: 'visit', headers: bearer(alice.visit.token), opens: ['upsell'] },
    { name: 'other visit', headers: bearer(bob.visit.token), opens: ['upsell'] },
    { name: 'visit at Dodo', headers: bearer(carol.visit.token), opens: ['upsell'] },
    { name: 'service key', headers: key(world.keys.service), opens: ['service'] },
    { name: 'admin key', headers: key(world.keys.admin), opens: ['admin'] },
    { name: 'first key', headers: key(first), opens: ['service', 'admin'] },
    { name: 'none', headers: {}, opens: [] },
    { name: 'revoked key', headers: key(world.keys.revoked), opens: [] },
    { name: 'key as token', headers: bearer(world.keys.admin), opens: [] },
    { name: 'token as key', headers: key(alice.token), opens: [] },
    { name: 'nobody’s token', headers: bearer(stranger), opens: [] },
    { name: 'expired token', headers: bearer(expired), opens: [] },
    { name: 'forged token', headers: bearer(forged), opens: [] },
    { name: 'garbage', headers: { ...bearer('..'), ...key('\u00ff') }, opens: [] },
  ];
}

/** Whether the credential is one that the document asks for. */
export const isRight = ({ schemes }: Operation, { opens }: Credential): boolean =>
  schemes.length === 0 || schemes.some((scheme) => opens.includes(scheme));
