import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderId } from '../e2e/matrix-world.js';
import { shuffle } from '../../src/sandbox/faults/seeded-shuffle.js';
import type { CrashPath } from './crash-path.js';
import { deathsOf, faultsOf, play, playUnattended, type Case, type Order, type Outcome } from './crash-run.js';
import { CrashWorld } from './crash-world.js';
import { ONE_CLICK } from './sales-paths.js';

/** Which share of the matrix is played, where it is not played whole. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_121);
/** `all` of it, a `share`, or only the `plain` paths, without faults and deaths. */
const MODE = process.env.CRASH_MATRIX ?? 'share';
/** Customers side by side: more would only wait for each other. */
const MOST_AT_ONCE = 48;

/** How many cases are played of each kind where the matrix is not played whole; each path is played as it goes in any case. */
export interface Share {
  /** With a card that does not simply pay, of all paths together. */
  readonly cards: number;
  /** With a call that goes wrong, of all paths together. */
  readonly faults: number;
  /** Of each path. */
  readonly deaths: number;
}

const pick = <Item>(items: readonly Item[], count: number, salt: number): Item[] =>
  MODE === 'all' ? [...items] : shuffle(items, SEED + salt).slice(0, MODE === 'plain' ? 0 : count);

const pickOfEach = (paths: readonly CrashPath[], cases: readonly Case[], count: number, salt: number): Case[] =>
  paths.flatMap((path) =>
    pick(
      cases.filter((each) => each.path === path),
      count,
      salt,
    ),
  );

const isAlone = ({ path }: Case): boolean => path.isAlone === true;

/** Chance decides who learns first of each; another seed decides otherwise. */
async function playAll(world: CrashWorld, cases: readonly Case[], salt: number): Promise<Outcome[]> {
  const mixed = shuffle(cases, SEED + salt);
  const orders: readonly Order[] = ['events_first', 'jobs_first'];
  const outcomes: Outcome[] = [];
  for (const [remainder, order] of orders.entries()) {
    const half = mixed.filter((_, index) => index % 2 === remainder);
    const together = half.filter((each) => !isAlone(each));
    for (let from = 0; from < together.length; from += MOST_AT_ONCE) {
      outcomes.push(...(await play(world, together.slice(from, from + MOST_AT_ONCE), order)));
    }
    for (const each of half.filter(isAlone)) outcomes.push(...(await play(world, [each], order)));
  }
  return outcomes;
}

/** First each path as it goes; then with each card and each of its calls going wrong; then a death after each mark of all of these. */
async function playMatrix(world: CrashWorld, paths: readonly CrashPath[], share: Share): Promise<Outcome[]> {
  const { id } = world.matrix.side;
  const plain = await playAll(
    world,
    paths.map((path): Case => ({ path, card: 'good' })),
    1,
  );
  const cards = paths.flatMap((path) => (path.cards?.[id] ?? []).map((card): Case => ({ path, card })));
  const faults = plain.flatMap(faultsOf);
  const astray = await playAll(world, [...pick(cards, share.cards, 6), ...pick(faults, share.faults, 2)], 3);
  const played = [...plain, ...astray];
  const deaths = await playAll(world, pickOfEach(paths, played.flatMap(deathsOf), share.deaths, 4), 5);
  return [...played, ...deaths];
}

const isPlain = ({ played: { card, fault, death } }: Outcome): boolean => card === 'good' && !fault && !death;

export interface Matrix {
  readonly provider: ProviderId;
  readonly paths: readonly CrashPath[];
  readonly share: Share;
  /**
   * What is made durable on the way when nothing goes wrong, by path: how often, and by which of the provider's calls. A recording
   * that saw less would prove less.
   */
  readonly recorded: Readonly<Record<string, readonly [marks: number, ...calls: string[]]>>;
  prepare(world: CrashWorld): Promise<void>;
}

export function describeMatrix({ provider, paths, share, recorded, prepare }: Matrix): void {
  const wished = new RegExp(process.env.CRASH_PATHS ?? '');
  const all = paths.filter((path) => path.providers.includes(provider) && wished.test(path.name));
  if (all.length === 0) return;

  describe(`a process that dies, over ${provider} (seed ${SEED})`, () => {
    let world: CrashWorld;
    let outcomes: Outcome[] = [];

    beforeAll(async () => {
      world = await CrashWorld.start(provider);
      await prepare(world);
      outcomes = await playMatrix(world, all, share);
      const counts = all.map((path) => `${of(path).length} of ${path.name}`);
      process.stdout.write(`${provider}: ${outcomes.length} cases: ${counts.join(', ')}\n`);
    }, 3_600_000);
    afterAll(() => world?.close());

    const of = (path: CrashPath) => outcomes.filter(({ played }) => played.path === path);

    it.each(all)('leaves everything as it should be: $name', (path) => {
      const problems = of(path).flatMap((outcome) => outcome.problems.map((problem) => `${outcome.name}: ${problem}`));
      expect(problems).toEqual([]);
    });

    it('is looked at where it can matter', () => {
      const plain = outcomes.filter(isPlain);
      const seen = plain.map(({ played, life }) => [played.path.name, [life.marks.length, ...life.writes]]);
      const wanted = Object.entries(recorded).filter(([name]) => wished.test(name));
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(wanted));
      for (const { life } of plain) expect(life.steps.length).toBeGreaterThan(4 * life.marks.length);
    });

    it('would not go unnoticed if nobody looked after it', async () => {
      const problems = await playUnattended(world, { path: ONE_CLICK, card: 'good', death: { marks: 3 } });
      expect(problems).toEqual([
        'unattended: 1900 moved, the provider says done, the rows not done',
        'unattended: left open: attempt sent of upsell',
        'unattended: left open: session charging',
      ]);
    });

    it('leaves no job behind that cannot be done', () => {
      expect(world.brokenJobs).toEqual([]);
    });
  });
}
