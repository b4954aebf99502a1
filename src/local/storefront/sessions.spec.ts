import { describe, expect, it } from 'vitest';
import { runOnce, Sessions } from './sessions.js';

const started = () => {
  const session = new Sessions().create();
  const ends: ((location: string) => void)[] = [];
  const action = () => new Promise<string>((resolve) => ends.push(resolve));
  return { session, ends, action };
};

describe('runOnce', () => {
  it('runs one action for two presses of a button, and both go to the same place', async () => {
    const { session, ends, action } = started();
    const first = runOnce(session, '/undo?sequence=1', 1, action);
    const second = runOnce(session, '/undo?sequence=1', 1, action);
    ends[0]?.('/there');
    expect(await Promise.all([first, second])).toEqual(['/there', '/there']);
    expect(ends).toHaveLength(1);
  });

  it('treats a press right after the end as the same press', async () => {
    const { session } = started();
    await runOnce(session, '/undo?sequence=1', 1, () => Promise.resolve('/first'));
    expect(await runOnce(session, '/undo?sequence=1', 1, () => Promise.resolve('/second'))).toBe('/first');
  });

  it('does nothing for another button of a page that is out of date', async () => {
    const { session, ends, action } = started();
    void runOnce(session, '/undo?sequence=1', 1, action);
    expect(runOnce(session, '/cancel?sequence=1', 1, action)).toBeUndefined();
    expect(ends).toHaveLength(1);
  });

  it('runs the next action after one that failed', async () => {
    const { session } = started();
    await expect(runOnce(session, '/undo?sequence=1', 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(session.sequence).toBe(2);
    expect(await runOnce(session, '/undo?sequence=2', 2, () => Promise.resolve('/'))).toBe('/');
  });
});

describe('Sessions', () => {
  it('forgets the oldest when there are too many', () => {
    const sessions = new Sessions();
    const first = sessions.create();
    const others = Array.from({ length: 1_000 }, () => sessions.create());
    expect(sessions.find(first.id)).toBeUndefined();
    expect(others.every(({ id }) => sessions.find(id) !== undefined)).toBe(true);
  });
});
