import { eventually } from '../../support/eventually.js';
import type { Answer } from '../../support/http.js';
import type { MatrixWorld } from '../../e2e/matrix-world.js';

type Body = Answer['body'];

/** How often each difference was found, as `type action status`. */
export type Found = Readonly<Record<string, number>>;

export interface Reconciled {
  readonly run: Body;
  readonly found: Found;
}

/** Asks for a run, and waits until it is over. */
export async function reconcile(world: MatrixWorld, body: object = {}): Promise<Reconciled> {
  const wanted = { provider: world.side.id, ...body };
  const { status, body: started } = await world.shop.admin('POST', 'reconciliations', wanted);
  if (status !== 202) throw new Error(`a reconciliation was not started: ${JSON.stringify(started)}`);
  return over(world, started.items[0].id);
}

/** Waits until a run is over. @param within milliseconds */
export async function over(world: MatrixWorld, id: string, within = 20_000): Promise<Reconciled> {
  let run: Body;
  await eventually(
    async () => {
      run = (await world.shop.admin('GET', `reconciliations/${id}`)).body;
      return run.status !== 'running';
    },
    { within },
  );
  return { run, found: countOf(run) };
}

const countOf = ({ differences }: Body): Found =>
  Object.fromEntries(
    differences.map(({ type, action, status, count }: Body) => [`${type} ${action} ${status}`, count]),
  );

export async function differencesOf(world: MatrixWorld, { run }: Reconciled, query = ''): Promise<readonly Body[]> {
  return (await world.shop.admin('GET', `reconciliations/${run.id}/differences?limit=100${query}`)).body.items;
}
