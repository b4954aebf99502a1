import { describe, expect, it } from 'vitest';
import { GroupCommit, GroupCommitFullError, type GroupCommitOptions } from './group-commit.js';

interface Held {
  readonly items: readonly string[];
  readonly end: (error?: Error) => void;
}

/** A group commit whose commits end when the test says so. */
function createHeld(options: Partial<GroupCommitOptions<string>> = {}) {
  const commits: Held[] = [];
  const group = new GroupCommit<string>({
    commit: (items) =>
      new Promise<void>((resolve, reject) => {
        commits.push({ items, end: (error) => (error ? reject(error) : resolve()) });
      }),
    mayBlameOne: () => true,
    sizeOf: (item) => item.length,
    mostItems: 3,
    mostBytes: 100,
    mostWaitingItems: 5,
    mostWaitingBytes: 1_000,
    parallel: 1,
    ...options,
  });
  return { commits, group };
}

/** Lets everything that can go on go on: two turns, as an answer may be followed by another commit. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('GroupCommit', () => {
  it('commits in the same turn when idle, and together what comes meanwhile', async () => {
    const { commits, group } = createHeld();
    const first = group.add('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(commits.map(({ items }) => items)).toEqual([['a']]);
    const rest = Promise.all(['b', 'c', 'd', 'e'].map((item) => group.add(item)));
    commits[0]?.end();
    await first;
    await settle();
    commits[1]?.end();
    await settle();
    commits[2]?.end();
    await rest;
    expect(commits.map(({ items }) => items)).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('commits together what comes in one turn', async () => {
    const { commits, group } = createHeld();
    const all = Promise.all(['a', 'b'].map((item) => group.add(item)));
    await settle();
    expect(commits.map(({ items }) => items)).toEqual([['a', 'b']]);
    commits[0]?.end();
    await all;
  });

  it('answers nobody before the commit that holds their item', async () => {
    const { commits, group } = createHeld();
    const answered: string[] = [];
    void group.add('a').then(() => answered.push('a'));
    await settle();
    void group.add('b').then(() => answered.push('b'));
    await settle();
    expect(answered).toEqual([]);
    commits[0]?.end();
    await settle();
    expect(answered).toEqual(['a']);
    commits[1]?.end();
    await settle();
    expect(answered).toEqual(['a', 'b']);
  });

  it('tries the items of a failed commit alone, and fails only the bad one', async () => {
    const { commits, group } = createHeld();
    void group.add('first');
    await settle();
    const results = Promise.allSettled(['b', 'bad', 'c'].map((item) => group.add(item)));
    commits[0]?.end();
    await settle();
    commits[1]?.end(new Error('one of us'));
    for (let position = 2; position <= 4; position++) {
      await settle();
      const commit = commits[position];
      commit?.end(commit.items[0] === 'bad' ? new Error('me') : undefined);
    }
    expect(await results).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: new Error('me') },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(commits.slice(2).map(({ items }) => items)).toEqual([['b'], ['bad'], ['c']]);
  });

  it('fails all at once when no item can be to blame', async () => {
    const { commits, group } = createHeld({ mayBlameOne: () => false });
    void group.add('first');
    await settle();
    const results = Promise.allSettled([group.add('b'), group.add('c')]);
    commits[0]?.end();
    await settle();
    commits[1]?.end(new Error('database away'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(commits).toHaveLength(2);
  });

  it('goes on after a failure', async () => {
    const { commits, group } = createHeld();
    const failing = group.add('a');
    await settle();
    commits[0]?.end(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    await settle();
    const next = group.add('b');
    await settle();
    commits[1]?.end();
    await expect(next).resolves.toBeUndefined();
  });

  it('bounds a commit in bytes, and takes a larger item alone', async () => {
    const { commits, group } = createHeld({ mostBytes: 4 });
    const all = Promise.all(['xxxx', 'aa', 'bbb', 'cccccc', 'd'].map((item) => group.add(item)));
    await settle();
    for (let position = 0; position < 5; position++) {
      commits[position]?.end();
      await settle();
    }
    await all;
    expect(commits.map(({ items }) => items)).toEqual([['xxxx'], ['aa'], ['bbb'], ['cccccc'], ['d']]);
  });

  it('refuses at once what would wait beyond the bounds', async () => {
    const { commits, group } = createHeld({ mostWaitingItems: 2, mostWaitingBytes: 10 });
    const first = group.add('committing');
    await settle();
    const waiting = [group.add('aaaa'), group.add('bbbb')];
    await expect(group.add('c')).rejects.toBeInstanceOf(GroupCommitFullError);
    commits[0]?.end();
    await settle();
    commits[1]?.end();
    await Promise.all([first, ...waiting]);
    const large = group.add('eeeeee');
    await expect(group.add('fffff')).rejects.toBeInstanceOf(GroupCommitFullError);
    await settle();
    commits[2]?.end();
    await large;
  });

  it('runs as many commits side by side as told', async () => {
    const { commits, group } = createHeld({ parallel: 2 });
    const all: Promise<void>[] = [];
    for (const item of ['a', 'b', 'c']) {
      all.push(group.add(item));
      await settle();
    }
    expect(commits.map(({ items }) => items)).toEqual([['a'], ['b']]);
    for (const commit of commits) commit.end();
    await settle();
    commits[2]?.end();
    await Promise.all(all);
  });
});
