import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
export default async () => {
  const t = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL('./pg-sentinel.mjs', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const line = await new Promise((res, rej) => {
    let o = '';
    child.stdout.on('data', (d) => {
      o += d;
      if (o.includes('\n')) res(o);
    });
    child.on('exit', (c) => rej(new Error(`sentinel ended ${c} ${o}`)));
  });
  const info = JSON.parse(line);
  if (info.error) throw new Error(info.error);
  child.unref();
  child.stdin.unref?.();
  child.stdout.unref?.();
  globalThis.__PG = child;
  const t2 = performance.now();
  process.env.CHROMIUM_PATH = await (await import('./browser.mjs')).chromiumPath();
  if (process.env.SHOW) console.log(`\nchromium in ${Math.round(performance.now() - t2)} ms`);
  process.env.TEST_POSTGRES_URL = info.url;
  if (process.env.SHOW)
    console.log(
      `\npg up in ${Math.round(performance.now() - t)} ms, sentinel ${child.pid}, postgres ${info.pid}, ${info.home}`,
    );
};
