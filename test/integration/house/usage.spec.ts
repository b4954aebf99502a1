import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { BuiltProcess } from '../../support/process.js';

/** What a tool says, and its exit code. */
async function run(tool: 'bench' | 'prove', ...parameters: string[]): Promise<{ code: unknown; lines: string[] }> {
  const options = { environment: {}, directory: tmpdir(), parameters };
  const process = new BuiltProcess(`../test/${tool}/main.js`, options);
  return { code: await process.ended, lines: process.lines };
}

describe('npm run bench and npm run prove', () => {
  it('say how they are used, to --help and to what they do not understand', async () => {
    const [bench, noPart, prove, noOption] = await Promise.all([
      run('bench', '--help'),
      run('bench', 'sped'),
      run('prove', '--help'),
      run('prove', '--sed', '5'),
    ]);
    const benchUsage = expect.stringMatching(/^npm run bench \[-- speed \| memory \| aged/);
    expect(bench).toEqual({ code: 0, lines: [benchUsage] });
    expect(noPart).toEqual({ code: 2, lines: [expect.stringMatching(/^no such part: sped\. npm run bench/)] });
    expect([prove.code, prove.lines[0]]).toEqual([0, expect.stringMatching(/^npm run prove \[-- --seed N\]/)]);
    expect([noOption.code, noOption.lines[0]]).toEqual([2, expect.stringContaining('--sed')]);
  });
});
