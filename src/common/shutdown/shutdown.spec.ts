import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const pathOf = (file: string): string => fileURLToPath(new URL(`../../../test/support/${file}`, import.meta.url));

test('fifty that wait at once are no leak that Node.js warns of, and all are told when nobody is waited for any more', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', new URL('../../../test/support/typescript.mjs', import.meta.url).href, pathOf('waiting-calls.ts')],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  expect(stdout).toContain('50 given up');
  expect(stderr).not.toContain('MaxListenersExceededWarning');
});
